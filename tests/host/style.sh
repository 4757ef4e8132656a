#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The house style: checkpatch --strict for C, assembly and the queue, shellcheck for scripts, files of at most 500 lines.

. "$(dirname "$0")/../lib/common.sh"
. "$TOP/tests/lib/ktap.sh"

cd "$TOP"
kernel=$("$TOP/tests/lib/kernel.sh" source)
mapfile -t files < <(git -c safe.directory='*' ls-files -co --exclude-standard -- ':!core-patch' 2>/dev/null)
[ ${#files[@]} != 0 ] || { echo "1..0 # SKIP not a git tree"; exit 4; }

# nothing NUMBER WHAT: what is on stdin is what is wrong
nothing()
{
	local wrong

	wrong=$(cat)
	if [ -n "$wrong" ]; then
		report 1 "$@" <<<"$wrong"
	else
		report 0 "$@" </dev/null
	fi
}

# The rules left out ask for kernel helpers or MAINTAINERS entries that do not exist where the code is, or take ELF's type
# names and the usual LINUX_VERSION_CODE comparison for bad style.
checkpatch()
{
	(cd "$kernel" && perl scripts/checkpatch.pl --terse --no-summary \
		--ignore FILE_PATH_CHANGES,ARCH_INCLUDE_LINUX,INCLUDE_LINUX,BIT_MACRO,LINUX_VERSION_CODE,CONSTANT_COMPARISON,CAMELCASE,NEW_TYPEDEFS \
		--typedefsfile <(echo va_list) "$@" 2>&1) || :
}

# named PATTERN: files whose name matches; none has a space in it
named()
{
	printf '%s\n' "${files[@]}" | { grep -E "$1" || :; } | sed "s,^,$TOP/,"
}

echo 1..5
checkpatch --strict "$TOP"/core-patch/*/*.patch | nothing 1 "checkpatch --strict: the queue"
mapfile -t code < <(named '^kml-mod/.*\.[chS]$')
checkpatch --strict -f "${code[@]}" | nothing 2 "checkpatch --strict: the module"
# user space has its own types and macros: there only what checkpatch calls an error, and "ElfW(Ehdr) *" is none, nor glibc's weak __rseq_offset
mapfile -t code < <(named '^(userlib|kml-vdso|tests|bench)/.*\.[chS]$')
checkpatch -f "${code[@]}" | { grep ' ERROR: ' || :; } |
	{ grep -v "spacing around '\*'\|weak declarations" || :; } | nothing 3 "checkpatch: user space"
{ named '\.sh$|^\.ci/|^userlib/debian/.*\.post'; printf "$TOP/tests/init/%s\n" init first; } |
	{ xargs shellcheck -S warning -x -e SC1091,SC2164 2>&1 || :; } | nothing 4 "shellcheck"
named '\.([chSl]|sh|awk|py|config)$|Makefile$|Kbuild$' | while read -r file; do
	[ "$(wc -l <"$file")" -le 500 ] || echo "$file"
done | nothing 5 "at most 500 lines"
