# SPDX-License-Identifier: GPL-2.0-only
# What a patch does to one file: for port.sh and for the test that looks after it.
# shellcheck shell=bash

# change_of FILE PATCH: the part of the patch that is about this file
change_of()
{
	awk -v file="b/$1" '/^diff --git / { on = $4 == file } on' "$2"
}

# lines_of FILE PATCH: what it takes away and adds, without place and context
lines_of()
{
	change_of "$1" "$2" | sed -nE '/^@@/,$ { /^[+-]/p }'
}

change_hash()
{
	lines_of "$1" "$2" | sha256sum | cut -c1-12
}

# by_hand DIRECTORY NUMBER FILE: the hash in its list, if it is there
by_hand()
{
	awk -v number="$2" -v file="$3" '$1 == number && $2 == file { print $3 }' "$1/by-hand"
}

# files_of NUMBER PATCH DIRECTORY: what the patch is about, and what it is about by hand in the other series only
files_of()
{
	{
		sed -nE 's,^diff --git a/[^ ]+ b/([^ ]+)$,\1,p' "$2"
		awk -v number="$1" '$1 == number { print $2 }' "$3/by-hand"
	} | sort -u
}

# own_patches DIRECTORY: those that only this series has, in their order
own_patches()
{
	(cd "$1" && printf '%s\n' *.patch) | awk '/^[0-9]/ && $1 + 0 > 100'
}

# ported DIRECTORY: the lines of its series that other series have, too; what is for one alone says so behind its name
ported()
{
	grep -v '# .* only$' "$1/series"
}
