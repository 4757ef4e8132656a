/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * JSON on stdout. Names are NULL in arrays and at the top.
 */
#ifndef KML_JSON_H
#define KML_JSON_H

#include <stdbool.h>

void json_object(const char *name);
void json_array(const char *name);
void json_end(void);
void json_string(const char *name, const char *value);
void json_number(const char *name, long value);
void json_decimal(const char *name, double value);
void json_bool(const char *name, bool value);
void json_null(const char *name);

#endif /* KML_JSON_H */
