// SPDX-License-Identifier: GPL-2.0-only
/*
 * 10,000 odd ELF files, started by an ordinary user. Most are files that must
 * not become privileged, in /trusted and outside; the rest is root's own and
 * trusted, with an interpreter that must not. A program that runs says so by
 * its exit status, 80 at the kernel's privilege (tiny.c). What the loader refuses or
 * what crashes is fine; a splat in the log is the harness's to see.
 *
 * Programs of root with broken code are not tried: they are privileged, and
 * what they do then is their own.
 *
 * run: plain
 * timeout: 240
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <link.h>
#include <signal.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>

#include "ktap.h"

#define CASES	10000
#define NOBODY	65534
#define HEAD	4096
#define PRIVILEGED 80	/* exit status of tiny.c */
#define ORDINARY 83
#define INTERP	2048	/* where the name of the interpreter is put */

typedef ElfW(Ehdr) Elf_Ehdr;
typedef ElfW(Phdr) Elf_Phdr;

static uint64_t seed = 0x6b6d6c;
static unsigned char good[HEAD], head[HEAD];
static Elf_Ehdr *ehdr = (void *)head;
static Elf_Phdr *phdr;
static int phnum;

static uint64_t rnd(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

/* A value that checks of sizes and addresses stumble over. */
static uint64_t odd_value(void)
{
	static const uint64_t values[] = {
		0, 1, 0xfff, 0x1000, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xfffff000, 0xffffffff,
		0x7ffffffff000, 0x800000000000, 0x7fffffffffffffff, 0xffff800000000000,
		0xffffffff81000000, 0xfffffffffffff000, 0xffffffffffffffff,
	};

	if (rnd() % 4 == 0)
		return rnd();
	return values[rnd() % (sizeof(values) / sizeof(values[0]))];
}

static void break_bytes(void)
{
	int n = 1 + rnd() % 8;

	while (n--)
		head[rnd() % (sizeof(*ehdr) + phnum * sizeof(*phdr))] = rnd();
}

static void break_ehdr(void)
{
	switch (rnd() % 8) {
	case 0:
		ehdr->e_type = rnd() % 8;
		break;
	case 1:
		ehdr->e_machine = odd_value();
		break;
	case 2:
		ehdr->e_phoff = odd_value();
		break;
	case 3:
		ehdr->e_phnum = odd_value();
		break;
	case 4:
		ehdr->e_phentsize = odd_value();
		break;
	case 5:
		ehdr->e_entry = odd_value();
		break;
	case 6:
		ehdr->e_flags = odd_value();
		break;
	default:
		ehdr->e_ident[EI_CLASS + rnd() % 12] = rnd();
		break;
	}
}

static void break_phdr(void)
{
	Elf_Phdr *p = &phdr[rnd() % phnum];

	switch (rnd() % 8) {
	case 0:
		p->p_type = rnd() % 2 ? rnd() % 8 : PT_GNU_EH_FRAME + rnd() % 4;
		break;
	case 1:
		p->p_offset = odd_value();
		break;
	case 2:
		p->p_vaddr = odd_value();
		break;
	case 3:
		p->p_filesz = odd_value();
		break;
	case 4:
		p->p_memsz = odd_value();
		break;
	case 5:
		p->p_flags = rnd();
		break;
	case 6:
		p->p_align = odd_value();
		break;
	default:
		*p = phdr[rnd() % phnum];
		break;
	}
}

/* Two segments at one place, or one across the other. */
static void overlap(void)
{
	Elf_Phdr *a = &phdr[rnd() % phnum], *b = &phdr[rnd() % phnum];

	a->p_type = PT_LOAD;
	a->p_vaddr = b->p_vaddr + (rnd() % 3 - 1) * 0x1000;
	a->p_memsz = b->p_memsz + (rnd() % 2 ? 0 : odd_value() % 0x10000000);
}

static void set_interp(const char *name, size_t size)
{
	Elf_Phdr *p = &phdr[phnum - 1];
	int i;

	for (i = 0; i < phnum; i++)
		if (phdr[i].p_type == PT_NOTE)
			p = &phdr[i];
	p->p_type = PT_INTERP;
	p->p_offset = INTERP;
	p->p_filesz = size;
	p->p_memsz = size;
	strncpy((char *)head + INTERP, name, HEAD - INTERP - 1);
}

static void break_interp(void)
{
	set_interp("/tmp/trust-fuzz/user", sizeof("/tmp/trust-fuzz/user"));
	if (rnd() % 2)
		break_phdr();
	if (rnd() % 2)
		set_interp("/", odd_value());
}

static void break_file(void)
{
	static void (* const ways[])(void) = {
		break_bytes, break_ehdr, break_phdr, overlap, break_interp,
	};
	int n = 1 + rnd() % 3;

	while (n--)
		ways[rnd() % 5]();
}

/* What a trusted program names as its interpreter; none may run privileged. */
static void hostile_interp(void)
{
	static const char * const names[] = {
		"/tmp/trust-fuzz/user", "/trusted/fuzz-user", "/proc/self/exe/../x", "/tmp", "/dev/zero", "/dev/null",
		"/proc/self/mem", "/etc/passwd", "tmp/trust-fuzz/user", "../tmp/trust-fuzz/user", "/proc/1/root/trusted/fuzz-user",
		"/none", "",
	};
	const char *name = names[rnd() % (sizeof(names) / sizeof(names[0]))];

	set_interp(name, rnd() % 8 ? strlen(name) + 1 : odd_value());
	if (rnd() % 4 == 0)
		ehdr->e_phentsize = odd_value();
	if (rnd() % 4 == 0)
		ehdr->e_phnum = phnum + rnd() % 64;
}

/* Exit status of @file as an ordinary user, or -1 if it ended otherwise. */
static int start(const char *file)
{
	char *argv[] = { "fuzz", NULL }, *envp[] = { NULL };
	int status;
	pid_t pid = vfork();

	if (!pid) {
		const struct itimerval limit = { .it_value.tv_usec = 200000 };

		if (setresgid(NOBODY, NOBODY, NOBODY) || setresuid(NOBODY, NOBODY, NOBODY))
			_exit(124);
		setitimer(ITIMER_REAL, &limit, NULL);
		execve(file, argv, envp);
		_exit(125);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static struct target {
	const char *name;
	uid_t owner;
	void (*breaks)(void);
	int fd;
	unsigned int ran, refused, crashed, other, privileged;
} targets[] = {
	{ .name = "/tmp/trust-fuzz/user", .owner = NOBODY, .breaks = break_file },
	{ .name = "/trusted/fuzz-user", .owner = NOBODY, .breaks = break_file },
	{ .name = "/trusted/fuzz-root", .owner = 0, .breaks = hostile_interp },
};

static void put_head(const struct target *t, const void *from)
{
	if (pwrite(t->fd, from, HEAD, 0) != HEAD) {
		perror(t->name);
		exit(1);
	}
}

/*
 * No descriptor for writing stays open, or there would be nothing to start.
 */
static void one_case(struct target *t)
{
	int status;

	memcpy(head, good, HEAD);
	t->breaks();
	t->fd = open(t->name, O_WRONLY | O_CLOEXEC);
	put_head(t, head);
	close(t->fd);
	status = start(t->name);
	if (status == PRIVILEGED)
		t->privileged++;
	else if (status == ORDINARY)
		t->ran++;
	else if (status == 125)
		t->refused++;
	else if (status < 0)
		t->crashed++;
	else
		t->other++;
}

static void restore(struct target *t)
{
	t->fd = open(t->name, O_WRONLY | O_CLOEXEC);
	put_head(t, good);
	close(t->fd);
}

static void make(struct target *t)
{
	static char buffer[1 << 20];
	int from = open("/plain/common/tiny", O_RDONLY | O_CLOEXEC), n;

	t->fd = open(t->name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
	if (from < 0 || t->fd < 0 || fchown(t->fd, t->owner, -1)) {
		perror(t->name);
		exit(1);
	}
	while ((n = read(from, buffer, sizeof(buffer))) > 0)
		if (write(t->fd, buffer, n) != n)
			exit(1);
	/* the whole program may be less than that */
	if (pread(from, good, HEAD, 0) < 0)
		exit(1);
	close(from);
	close(t->fd);
}

static void write_file(const char *name, const char *value)
{
	int fd = open(name, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, value, strlen(value)) < 0)
		perror(name);
	close(fd);
}

int main(void)
{
	const int kinds = sizeof(targets) / sizeof(targets[0]);
	struct rlimit none = { 0, 0 }, memory = { 512 << 20, 512 << 20 };
	time_t start_time;
	int i;

	ktap_start();
	/* a file that no format takes would start modprobe each time */
	write_file("/proc/sys/kernel/modprobe", "\n");
	setrlimit(RLIMIT_CORE, &none);
	setrlimit(RLIMIT_AS, &memory);
	mkdir("/tmp/trust-fuzz", 0755);
	for (i = 0; i < kinds; i++)
		make(&targets[i]);
	phnum = ((Elf_Ehdr *)good)->e_phnum;
	phdr = (void *)(head + ((Elf_Ehdr *)good)->e_phoff);
	ktap_ok(start("/trusted/fuzz-root") == PRIVILEGED, "whole, root's in /trusted: privileged");
	ktap_ok(start("/trusted/fuzz-user") == ORDINARY, "whole, a user's in /trusted: not");

	start_time = time(NULL);
	for (i = 0; i < CASES; i++) {
		struct target *t = &targets[i % kinds];

		one_case(t);
		/* the user's file is an interpreter of others, too: whole again, most of the time */
		if (i % kinds == 0 && i % 4)
			restore(t);
	}
	printf("# %d cases in %d s\n", CASES, (int)(time(NULL) - start_time));
	for (i = 0; i < kinds; i++) {
		struct target *t = &targets[i];

		printf("# %s: %u ran, %u refused, %u crashed, %u ended otherwise\n", t->name, t->ran, t->refused, t->crashed, t->other);
		ktap_ok(!t->privileged, "%s: none of the odd files was privileged", t->name);
		ktap_ok(t->refused && t->crashed, "%s: some were refused, some crashed", t->name);
		unlink(t->name);
	}
	rmdir("/tmp/trust-fuzz");
	write_file("/proc/sys/kernel/modprobe", "/sbin/modprobe\n");
	return ktap_end();
}
