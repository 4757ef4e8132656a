/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A kernel's configuration.
 */
#ifndef KML_KCONFIG_H
#define KML_KCONFIG_H

/**
 * struct kconfig - one
 * @path: the file that it was read from, or NULL if none was found
 * @text: its lines
 */
struct kconfig {
	char *path;
	char *text;
};

char *kconfig_read(struct kconfig *k, const char *path);
char *kconfig_value(const struct kconfig *k, const char *option);
void kconfig_free(struct kconfig *k);

#endif /* KML_KCONFIG_H */
