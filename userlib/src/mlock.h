/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Locked memory, if it was asked for.
 */
#ifndef _KML_MLOCK_H
#define _KML_MLOCK_H

void kml_mlock_if_asked(void);

#endif /* _KML_MLOCK_H */
