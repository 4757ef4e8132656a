/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libkml: find out whether this program runs at kernel privilege, and call
 * the kernel by name.
 *
 * The kernel's functions themselves are declared in <kml/exports.h>. None of
 * this ever crashes an ordinary process: what cannot be done is an error.
 */
#ifndef _KML_KML_H
#define _KML_KML_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The library itself is built with everything else hidden. */
#pragma GCC visibility push(default)

/**
 * enum kml_state - what kml_state() answers
 * @KML_OK: this process runs at kernel privilege and the exports are bound
 * @KML_ERR_NOT_TRUSTED: the program's file is not under /trusted, or the
 *	directory that the module's parameter "trusted" names
 * @KML_ERR_NO_MODULE: the kernel module kml is not loaded
 * @KML_ERR_REFUSED: under it and the module is loaded, but the kernel
 *	did not trust the file, or the module was loaded after the program began
 * @KML_ERR_ABI: the kernel's export table is damaged, or of an ABI that this
 *	libkml does not know
 *
 * Values are never renumbered; new ones are added at the end.
 */
enum kml_state {
	KML_OK = 0,
	KML_ERR_NOT_TRUSTED = 1,
	KML_ERR_NO_MODULE = 2,
	KML_ERR_REFUSED = 3,
	KML_ERR_ABI = 4,
};

/**
 * struct kml_export_info - one export, as the running kernel offers it
 * @size: set by the caller to sizeof(struct kml_export_info); the library
 *	writes no further, so that later fields can be added at the end
 * @name: the export's name, valid as long as the process
 * @target: address of the kernel function, 0 when the kernel lacks it
 * @stub: address in this process to call; what kml_sym() returns
 * @version: the kernel's modversions CRC, or else the same as @prototype
 * @prototype: CRC of the prototype that the module was built with
 * @call_class: enum kml_class of <kml/abi.h>: leaf, call or syscall
 * @flags: KML_EXPORT_* bits of <kml/abi.h>
 */
struct kml_export_info {
	size_t size;
	const char *name;
	uint64_t target;
	void *stub;
	uint32_t version;
	uint32_t prototype;
	uint16_t call_class;
	uint16_t flags;
};

/**
 * struct kml_need - an export that a program needs, as it was compiled
 * @name: the export
 * @version: its prototype's version then, from <kml/versions.h>; 0 for any
 */
struct kml_need {
	const char *name;
	uint32_t version;
};

/**
 * KML_NEED - initialise a struct kml_need; include <kml/versions.h>
 * @name: the export, not as a string
 */
#define KML_NEED(name) { #name, KML_VERSION_##name }

/**
 * kml_available - is this process at kernel privilege, with the exports bound?
 *
 * Decided before main() and before constructors of ordinary priority; costs
 * a load.
 *
 * Return: 1 if so, 0 if not; kml_state() then tells the reason.
 */
int kml_available(void);

/**
 * kml_state - why the exports are, or are not, available
 *
 * Return: KML_OK or one of the KML_ERR_* values of enum kml_state.
 */
int kml_state(void);

/**
 * kml_strerror - one line of text for a state or an error
 * @err: a value of enum kml_state, or a negative errno that libkml returned
 *
 * Return: a constant string, never NULL, without a newline.
 */
const char *kml_strerror(int err);

/**
 * kml_why - why an export cannot be called
 * @name: the export
 *
 * Return: NULL if it can be called, else one line of text. The text is the
 * calling thread's and lasts until its next kml_why().
 */
const char *kml_why(const char *name);

/**
 * kml_require - check at start that all needed exports can be called
 * @needs: exports, ended by one whose name is NULL
 *
 * Prints one line on stderr about the first that cannot be called. It alone
 * finds out that a libkml.so.1 and a module that fit each other are newer
 * than this program's prototypes.
 *
 * Return: 0, or -ENOSYS (KML not available, or the kernel lacks one),
 * -ENOENT (unknown name), -EPROTO (built with another prototype), -EINVAL
 * (@needs is NULL).
 */
int kml_require(const struct kml_need *needs);

/**
 * kml_require_names - kml_require() for names alone
 * @names: names of exports, ended by NULL
 *
 * For programs whose needs are known at run time only.
 *
 * Return: as kml_require().
 */
int kml_require_names(const char *const names[]);

/**
 * kml_export_info - look an export up by name
 * @name: the export
 * @info: filled in; the caller sets @info->size first
 *
 * Return: 0 (also for an export that this kernel lacks: @info->target is 0
 * and KML_EXPORT_MISSING is set), -EINVAL, -ENOSYS (KML not available) or
 * -ENOENT.
 */
int kml_export_info(const char *name, struct kml_export_info *info);

/**
 * kml_export_at - look an export up by its place in the table
 * @index: from 0, in the order of the names; after them, in the same order,
 *	those of /etc/kml/exports.d
 * @info: filled in; the caller sets @info->size first
 *
 * Return: as kml_export_info(); -ENOENT past the last one.
 */
int kml_export_at(unsigned int index, struct kml_export_info *info);

/**
 * kml_sym - address to call an export through
 * @name: the export
 *
 * To be cast to the export's type. May be kept; it is valid for the process
 * and for children that it forks, not across exec.
 *
 * Return: the address, or NULL if the export cannot be called.
 */
void *kml_sym(const char *name);

/**
 * kml_call - call an export by name
 * @name: the export
 * @nargs: how many arguments follow, at most 6
 *
 * Each argument is passed as a long: cast pointers and 64-bit values. The
 * result is the whole return register: cast it to the function's own return
 * type (of an int, the upper half means nothing).
 *
 * Where a long has 32 bits, a 64-bit argument is two, the lower half first, the
 * first at an even place counted from 0; of a 64-bit result you get that half.
 *
 * Return: what the function returned; before calling it, -EINVAL (@name is
 * NULL), -E2BIG (@nargs over 6), -ENOSYS (KML not available, or the kernel
 * lacks the export) or -ENOENT (unknown name).
 */
long kml_call(const char *name, unsigned int nargs, ...);

/**
 * kml_bind_address - a pointer that calls a kernel function by its address
 * @addr: the function's address in the kernel, from kallsyms_lookup_name(), a
 *	structure of the kernel or /proc/kallsyms
 *
 * To be cast to the function's type, as @addr itself would be. A call enters
 * the function through the gate of class call: it may sleep, lock and use
 * current. A call of @addr as it is would run on the program's stack, where
 * the kernel's scheduler, tracers and probes must not find it.
 *
 * At most 6 arguments, integers and pointers. On ARM bit 0 of @addr is set for
 * a function of a Thumb-2 kernel, and the gate takes along 32 bytes above the
 * caller's stack pointer, where the arguments are that no register has. One
 * pointer takes 64 bytes, and the same address gives the same pointer.
 *
 * Context: any thread; not from a signal handler.
 * Return: the pointer, valid for the process and children that it forks; or
 * NULL and errno: EINVAL (@addr is not the kernel's), ENOSYS (KML not available), ENOMEM.
 */
void *kml_bind_address(const void *addr);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

#endif /* _KML_KML_H */
