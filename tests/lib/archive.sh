# SPDX-License-Identifier: GPL-2.0-only
# Which Debian archives this machine has: for those who make a root from them. Sourced.
# shellcheck shell=bash disable=SC2034

# shellcheck source=/dev/null
suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
# is_debians FILE: a machine may have other archives, too; Debian's own are signed by Debian, whoever has named the file
is_debians()
{
	case $1 in
	*/sources.list|*/debian.sources) ;;
	*) grep -q '^Signed-By:' "$1" && ! grep '^Signed-By:' "$1" | grep -qv debian-archive-keyring ;;
	esac
}

sources=()
for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.sources; do
	[ ! -s "$file" ] || ! is_debians "$file" || sources+=("$file")
done
[ ${#sources[@]} != 0 ] || die "no Debian archive in /etc/apt"

# sources_without_security DIR: copies there. A guest serves nobody, and the fewer archives, the fewer that are being updated just
# now.
sources_without_security()
{
	local file

	mkdir -p "$1"
	for file in "${sources[@]}"; do
		case $file in
		*.sources) awk 'BEGIN { RS = ""; ORS = "\n\n" } !/security/' "$file" ;;
		*) grep -v security "$file" ;;
		esac >"$1/${file##*/}"
	done
}

# sources_of SUITE DIR: copies there, for another release of Debian
sources_of()
{
	local file

	mkdir -p "$2"
	for file in "${sources[@]}"; do
		sed "s/\b$suite\b/$1/g" "$file" >"$2/${file##*/}"
	done
}

# sources_of_backports SUITE DIR: the backports of that release, from the first archive here that is not of updates alone
sources_of_backports()
{
	local file

	sources_without_security "$2"
	for file in "$2"/*; do
		case $file in
		*.sources) sed -i -E "s/^Suites:.*/Suites: $1-backports/; s/^Components:.*/Components: main/" "$file" ;;
		*) sed -i -nE "s/^(deb( +\[[^]]*\])? +[^ ]+) +$suite .*/\1 $1-backports main/p" "$file" ;;
		esac
	done
}
