/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the common tests must know about the machine they run on: a header for
 * each offers the same names.
 */
#ifndef ARCH_H
#define ARCH_H

#if defined(__x86_64__)
#include "arch_x86_64.h"
#elif defined(__arm__)
#include "arch_arm.h"
#elif defined(__aarch64__)
#include "arch_arm64.h"
#endif

#endif /* ARCH_H */
