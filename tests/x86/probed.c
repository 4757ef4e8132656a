// SPDX-License-Identifier: GPL-2.0-only
/*
 * A helper of uprobes.sh: a function with a system call in it, for probes.
 * "probed offsets" says where its instructions are in the file; "probed N"
 * calls it N times and exits 0 if each result was right.
 *
 * run: none
 */
#include <elf.h>
#include <stdint.h>
#include <sys/auxv.h>

#include "ktap.h"

long probed(void);
extern const char at_push[], at_move[], at_syscall[], at_behind[], at_jump[], at_ret[];

asm(".pushsection .text\n"
	".globl probed\n"
	"probed:\n"
	"at_push: push %rbx\n"
	"at_move: mov $110, %eax\n"		/* getppid */
	"at_syscall: syscall\n"
	"at_behind: mov %rax, %rbx\n"
	"at_jump: jmp 1f\n"
	"ud2\n"
	"1: mov %rbx, %rax\n"
	"pop %rbx\n"
	"at_ret: ret\n"
	".popsection");

/* Return: the place in the file of what is there in memory. */
static unsigned long offset_of(const char *address)
{
	const Elf64_Phdr *phdr = (const Elf64_Phdr *)getauxval(AT_PHDR);
	uintptr_t at = (uintptr_t)address;

	for (unsigned long i = getauxval(AT_PHNUM); i; i--, phdr++)
		if (phdr->p_type == PT_LOAD && at - phdr->p_vaddr < phdr->p_filesz)
			return at - phdr->p_vaddr + phdr->p_offset;
	exit(1);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name, *address;
	} at[] = {
		{ "push", at_push }, { "move", at_move }, { "syscall", at_syscall },
		{ "behind", at_behind }, { "jump", at_jump }, { "ret", at_ret },
	};
	int wrong = 0;

	if (argc != 2)
		return 2;
	if (!strcmp(argv[1], "offsets")) {
		for (unsigned int i = 0; i < sizeof(at) / sizeof(*at); i++)
			printf("%s %#lx\n", at[i].name, offset_of(at[i].address));
		return 0;
	}
	for (int i = atoi(argv[1]); i; i--)
		wrong += probed() != getppid();
	printf("cpl %u, %d wrong\n", ktap_cpl(), wrong);
	return !!wrong;
}
