/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where the image's leaves find the clocks of the running kernel.
 */
#ifndef KML_CLOCKS_H
#define KML_CLOCKS_H

struct kml_elf;
struct kml_table;

int kml_clocks_tell(struct kml_table *table, const struct kml_elf *stock,
		    long place);

#endif /* KML_CLOCKS_H */
