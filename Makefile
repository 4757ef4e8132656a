# SPDX-License-Identifier: GPL-2.0-only
# What people type. Everything is kept below KML_CACHE (default ~/.cache/kml); nothing outside it is changed, save by "deps".

#
#	make ARCH=arm ...	for ARMv7, cross compiled; x86_64 is the default, and "check" does both
#	make ARCH=arm64 ...	for arm64, which "check" leaves out otherwise
#	make SERIES=7.3 ...	for that kernel; 6.12 is the default
#	make CONFIG=debian ...	kernel or packages of Debian's own configuration; debian-rt and debian-cloud are the others

# Both, that is without the debug kernel of ARM: with an empty cache it would take longer than CI has.
CHECK	:= $(if $(ARCH),--arch $(ARCH),--arch x86_64 --arch arm --without virt-debug)
DEPS	:= $(ARCH)

# The kernel series, a directory of core-patch.
SERIES	?= $(or $(KML_SERIES),6.12)

# Debian's own configurations, for "kernel" and "packages"
CONFIGS	:= debian debian-rt debian-cloud
$(if $(filter-out $(CONFIGS),$(CONFIG)),$(error CONFIG is one of: $(CONFIGS)))

FLAVOUR ?= $(or $(CONFIG),prod)
LIB	:= tests/lib
ARCH	?= x86_64
KML_ARCH := $(ARCH)
KML_SERIES := $(SERIES)
export KML_CACHE FLAVOUR KML_ARCH KML_SERIES BOARD

all: kernel module programs

deps:			# install what the rest needs (as root, Debian 12 or 13)
	@$(LIB)/deps.sh $(DEPS)

kernel:			# the patched kernel, FLAVOUR=prod|debug|rt|rt-debug|none|stock|clang, on ARM prod|debug|lpae|stock, on arm64 prod|64k|debug|stock
	@$(if $(CONFIG),$(LIB)/deps.sh debian)
	@$(LIB)/kernel.sh $(FLAVOUR)

module: 		# kml.ko for that kernel, through DKMS
	@$(LIB)/module.sh $(FLAVOUR)

programs:		# libkml, its examples and the test programs
	@$(LIB)/programs.sh

packages:		# Debian packages: linux-image, linux-headers, kml-dkms, libkml1, libkml-dev, kml-tools
	@$(LIB)/deps.sh packages $(if $(CONFIG),debian)
	@kernel=$$($(LIB)/kernel_debs.sh -kml1$(CONFIG:debian%=%) $(FLAVOUR)) && kml=$$($(LIB)/packages.sh) && ls "$$kernel"/*.deb "$$kml"/*.deb

demo: deps		# kernel, module, and a guest that runs programs from /trusted; ARCH=arm BOARD=virt|vexpress|sabrelite, ARCH=arm64 BOARD=a72|a76|max
	@tests/demo.sh

check: deps		# all tests; the last line is the count
	@tests/run.sh $(CHECK)

check-full:		# all tests everywhere, and what takes longer than CI has: see tests/README.md
	@$(LIB)/deps.sh x86_64 arm packages clang suites
	@tests/everything.sh

check-fresh:		# make demo and a boot of the tests in a bare Debian 12 and 13 (as root)
	@$(LIB)/deps.sh
	@tests/fresh.sh

check-suites:		# other people's tests and programs, from /plain and from /trusted, compared
	@$(LIB)/deps.sh x86_64 suites
	@tests/loads.sh
	@tests/suites.sh

check-packages:		# the packages in a real Debian guest, from installation to purge
	@$(LIB)/deps.sh x86_64 packages
	@tests/full.sh

test:			# tests without looking for packages: make test ARGS="--boot prod-amd --test 'x86/*'"
	@tests/run.sh $(ARGS)

bench: deps		# instruction counts, patched and stock
	@bench/run.sh

clean:			# what builds left in this tree; the cache stays
	@for dir in kml-vdso kml-mod userlib; do \
		[ ! -e $$dir/Makefile ] || $(MAKE) -s -C $$dir clean; \
	done

distclean: clean	# and the cache
	@bash -c '. $(LIB)/common.sh; rm -rf "$${CACHE_DIRS[@]}"'

help:			# this
	@sed -nE 's/^([a-z-]+):[^#]*# (.*)/  \1\t\2/p' Makefile

.PHONY: all deps kernel module programs packages demo check check-full check-fresh check-suites check-packages test bench clean distclean help
