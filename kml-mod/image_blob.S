/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The KML image as kml-vdso/ built it. image.c copies it at load.
 */
	.section .rodata, "a"
	.balign	8
	.globl	kml_image_blob, kml_image_blob_end
kml_image_blob:
	/* a blank: ccache looks for one to see that there is more than this file */
	.incbin KML_IMAGE_FILE
kml_image_blob_end:
