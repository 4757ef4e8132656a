// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Start a program as the kernel starts it in /trusted, but on any kernel: a
 * filled KML image is mapped and AT_SYSINFO_EHDR points to it.
 *
 * The process is stopped at its first instruction, runs one mmap() for us,
 * has its auxiliary vector changed and goes on; so the dynamic linker, libc
 * and libkml's constructor all meet the image in the ordinary way. Exports
 * add their arguments (live_*.S).
 *
 * Usage: live IMAGE PROGRAM [damaged]; exits as the program, or with 77 if it
 * may not be traced here. With "damaged", which the program gets as well, the
 * image's headers tell of pages that are not mapped.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "image_file.h"

#define PAGE 4096UL
#define BASE 0x100000000000UL		/* nothing else is put here */
#define SYSCALL_INSN 0xcc050fUL		/* syscall; int3 */

extern const char live_code[], live_code_end[];

/* libc must do without the stock functions: they lie outside of this image. */
static void hide_stock_symbols(const struct image_file *f)
{
	const Elf64_Ehdr *eh = (const void *)f->base;
	const Elf64_Phdr *ph = (const void *)(f->base + eh->e_phoff);
	const Elf64_Dyn *dyn = NULL;
	const uint32_t *hash = NULL;
	Elf64_Sym *sym = NULL;
	const char *str = NULL;

	for (int i = 0; i < eh->e_phnum; i++)
		if (ph[i].p_type == PT_DYNAMIC)
			dyn = (const void *)(f->base + ph[i].p_vaddr);
	for (; dyn && dyn->d_tag != DT_NULL; dyn++) {
		char *at = f->base + dyn->d_un.d_ptr;

		if (dyn->d_tag == DT_SYMTAB)
			sym = (void *)at;
		else if (dyn->d_tag == DT_STRTAB)
			str = at;
		else if (dyn->d_tag == DT_HASH)
			hash = (const void *)at;
	}
	for (uint32_t i = 0; sym && str && hash && i < hash[1]; i++)
		if (!strncmp(str + sym[i].st_name, "__vdso_", 7))
			sym[i].st_shndx = SHN_UNDEF;
}

static void enlarge(const struct image_file *f)
{
	const Elf64_Ehdr *eh = (const void *)f->base;
	Elf64_Phdr *ph = (void *)(f->base + eh->e_phoff);

	for (int i = 0; i < eh->e_phnum; i++)
		if (ph[i].p_type == PT_LOAD)
			ph[i].p_memsz += 100 * PAGE;
}

/* The image as it will be at BASE, followed by the code that it calls. */
static int image_memfd(const char *path, int damaged, size_t *size)
{
	struct image_file f;
	char *to;
	int fd;

	if (image_file_load(&f, path))
		return -1;
	*size = f.size + PAGE;
	hide_stock_symbols(&f);
	if (damaged)
		enlarge(&f);
	image_file_fill(&f, (void *)(BASE + f.size),
			(void *)(BASE + f.size + 16));
	fd = memfd_create("kml-image", 0);
	if (fd < 0 || ftruncate(fd, *size))
		return -1;
	to = mmap(NULL, *size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (to == MAP_FAILED)
		return -1;
	memcpy(to, f.base, f.size);
	memcpy(to + f.size, live_code, live_code_end - live_code);
	return fd;
}

static int map_image(pid_t pid, int fd, size_t size)
{
	struct user_regs_struct regs, saved;
	long text;
	int status;

	if (ptrace(PTRACE_GETREGS, pid, NULL, &saved))
		return -1;
	text = ptrace(PTRACE_PEEKTEXT, pid, saved.rip, NULL);
	ptrace(PTRACE_POKETEXT, pid, saved.rip, SYSCALL_INSN);
	regs = saved;
	regs.orig_rax = -1;
	regs.rax = SYS_mmap;
	regs.rdi = BASE;
	regs.rsi = size;
	regs.rdx = PROT_READ | PROT_EXEC;
	regs.r10 = MAP_PRIVATE | MAP_FIXED;
	regs.r8 = fd;
	regs.r9 = 0;
	ptrace(PTRACE_SETREGS, pid, NULL, &regs);
	ptrace(PTRACE_CONT, pid, NULL, NULL);
	waitpid(pid, &status, 0);
	ptrace(PTRACE_GETREGS, pid, NULL, &regs);
	ptrace(PTRACE_POKETEXT, pid, saved.rip, text);
	ptrace(PTRACE_SETREGS, pid, NULL, &saved);
	return regs.rax == BASE ? 0 : -1;
}

/* On the new stack: argc, argv, NULL, environment, NULL, auxiliary vector. */
static int point_to_image(pid_t pid)
{
	struct user_regs_struct regs;
	unsigned long at, type;

	ptrace(PTRACE_GETREGS, pid, NULL, &regs);
	at = regs.rsp + 8;
	for (int lists = 0; lists < 2; at += 8)
		lists += !ptrace(PTRACE_PEEKDATA, pid, at, NULL);
	for (; (type = ptrace(PTRACE_PEEKDATA, pid, at, NULL)); at += 16)
		if (type == AT_SYSINFO_EHDR)
			return ptrace(PTRACE_POKEDATA, pid, at + 8, BASE);
	return -1;
}

int main(int argc, char **argv)
{
	size_t size;
	int fd, status;
	pid_t pid;

	if (argc < 3)
		return 2;
	fd = image_memfd(argv[1], argc > 3, &size);
	if (fd < 0)
		return 2;
	pid = fork();
	if (!pid) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL))
			_exit(77);
		execv(argv[2], argv + 2);
		_exit(2);
	}
	waitpid(pid, &status, 0);
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	if (map_image(pid, fd, size) || point_to_image(pid)) {
		fprintf(stderr, "live: cannot place the image\n");
		kill(pid, SIGKILL);
		return 2;
	}
	ptrace(PTRACE_DETACH, pid, NULL, NULL);
	waitpid(pid, &status, 0);
	if (WIFSIGNALED(status))
		fprintf(stderr, "live: killed by signal %d\n", WTERMSIG(status));
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
