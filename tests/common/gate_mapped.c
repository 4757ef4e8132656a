// SPDX-License-Identifier: GPL-2.0-only
/*
 * A helper of gate_fuse.sh: a gated function reads what a file has been mapped
 * to. Exits 0 if it is what the file has.
 *
 *	gate_mapped FILE
 *
 * link: kml
 * run: none
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>

#include <kml/exports.h>
#include <kml/kml.h>

#include "ktap.h"

static volatile sig_atomic_t alarms;

static void on_alarm(int sig)
{
	(void)sig;
	alarms++;
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_alarm, .sa_flags = SA_RESTART };
	int fd = open(argv[argc - 1], O_RDONLY);
	char *p = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);
	char *copy, c;

	if (ktap_cpl() || !kml_available())
		return 2;
	sigaction(SIGALRM, &action, NULL);
	puts("reads");
	fflush(stdout);
	if (read(STDIN_FILENO, &c, 1) != 1)
		return 4;
	copy = kmemdup(p, 4, GFP_KERNEL);
	if (!copy || memcmp(copy, "\177ELF", 4))
		return 3;
	kfree(copy);
	printf("right, %d alarms\n", (int)alarms);
	return 0;
}
