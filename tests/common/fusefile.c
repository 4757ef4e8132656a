// SPDX-License-Identifier: GPL-2.0-only
/*
 * A helper of trust_mounts.sh: a FUSE file system with one file, "printcpl",
 * that claims to be root's and not writable by others.
 *
 *	fusefile FILE DIR: serves FILE in DIR until it is unmounted
 *
 * run: none
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include "ktap.h"

#define FILE_INO 2

static char content[4 << 20];
static size_t content_size;
static int dev;

static void reply(uint64_t unique, int error, const void *data, size_t size)
{
	struct fuse_out_header head = {
		.len = sizeof(head) + size, .error = -error, .unique = unique,
	};
	struct iovec iov[] = { { &head, sizeof(head) }, { (void *)data, size } };

	if (writev(dev, iov, 2) < 0 && errno != ENOENT)
		exit(1);
}

static struct fuse_attr attr_of(uint64_t ino)
{
	struct fuse_attr attr = { .ino = ino, .nlink = 1, .blksize = 4096, .mode = S_IFDIR | 0755 };

	if (ino == FILE_INO) {
		attr.mode = S_IFREG | 0755;
		attr.size = content_size;
		attr.blocks = (content_size + 511) / 512;
	}
	return attr;
}

static void lookup(const struct fuse_in_header *in, const char *name)
{
	struct fuse_entry_out out = {
		.nodeid = FILE_INO, .entry_valid = 60, .attr_valid = 60, .attr = attr_of(FILE_INO),
	};

	if (strcmp(name, "printcpl"))
		reply(in->unique, ENOENT, NULL, 0);
	else
		reply(in->unique, 0, &out, sizeof(out));
}

static void getattr(const struct fuse_in_header *in)
{
	struct fuse_attr_out out = { .attr_valid = 60, .attr = attr_of(in->nodeid) };

	reply(in->unique, 0, &out, sizeof(out));
}

static void init(const struct fuse_in_header *in)
{
	struct fuse_init_out out = {
		.major = FUSE_KERNEL_VERSION, .minor = 31, .max_readahead = 65536, .max_write = 4096,
	};

	reply(in->unique, 0, &out, sizeof(out));
}

static void read_file(const struct fuse_in_header *in, const struct fuse_read_in *arg)
{
	size_t size = 0;

	if (arg->offset < content_size)
		size = content_size - arg->offset < arg->size ? content_size - arg->offset : arg->size;
	reply(in->unique, 0, content + arg->offset, size);
}

static void serve(const struct fuse_in_header *in)
{
	static const struct fuse_open_out opened;

	switch (in->opcode) {
	case FUSE_INIT:
		return init(in);
	case FUSE_LOOKUP:
		return lookup(in, (const char *)(in + 1));
	case FUSE_GETATTR:
		return getattr(in);
	case FUSE_OPEN:
		return reply(in->unique, 0, &opened, sizeof(opened));
	case FUSE_READ:
		return read_file(in, (const struct fuse_read_in *)(in + 1));
	case FUSE_FORGET:
	case FUSE_BATCH_FORGET:
	case FUSE_INTERRUPT:
		return;
	case FUSE_RELEASE:
	case FUSE_FLUSH:
		return reply(in->unique, 0, NULL, 0);
	default:
		return reply(in->unique, ENOSYS, NULL, 0);
	}
}

int main(int argc, char **argv)
{
	static char request[65536] __attribute__((aligned(8)));
	char options[64];
	int fd;

	if (argc != 3)
		return 1;
	fd = open(argv[1], O_RDONLY);
	content_size = read(fd, content, sizeof(content));
	dev = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other", dev);
	if (fd < 0 || mount("fusefile", argv[2], "fuse", 0, options)) {
		perror("fusefile");
		return 1;
	}
	if (fork())
		return 0;
	setsid();
	/* whoever reads our output must not wait for us, nor a mount namespace for ever */
	close(0);
	close(1);
	close(2);
	alarm(30);
	while (read(dev, request, sizeof(request)) > 0)
		serve((const struct fuse_in_header *)request);
	return 0;
}
