// SPDX-License-Identifier: GPL-2.0-only
/*
 * An export whose CRC depends on the kernel's configuration, as structures
 * behind it do.
 *
 * link: kml-crc
 * run: none
 */
#include <fcntl.h>
#include <stdio.h>

#include <kml/exports.h>
#include <kml/versions.h>

int main(void)
{
	struct file *file = filp_open("/tmp/versions_config", O_CREAT | O_WRONLY, 0600);

	printf("built %08x, %s\n", KML_CRC_filp_open, file ? "called" : "not called");
	return file && filp_close(file, NULL);
}
