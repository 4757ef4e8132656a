#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A program that root has deleted or replaced, say because it had a hole, is not privileged any more for who still has it open.
# run: root-sh
# timeout: 120

# shellcheck source=tests/common/trust_lib.sh
. "$(dirname "$0")/trust_lib.sh"

# by_fd WHAT: exec of descriptor 9 by an ordinary user, by name and without one
by_fd()
{
	ordinary "has been deleted" "$1, /proc/self/fd" as_nobody /proc/self/fd/9
	ordinary "has been deleted" "$1, execveat(AT_EMPTY_PATH)" as_nobody python3 -c 'import os; os.execve(9, ["x"], {})'
}

fresh()
{
	install -m 755 $prog $dir/printcpl
	exec 9<$dir/printcpl
}

boundary_start
fresh
runs_at 0 "an open program, /proc/self/fd" as_nobody /proc/self/fd/9
runs_at 0 "an open program, execveat(AT_EMPTY_PATH)" as_nobody python3 -c 'import os; os.execve(9, ["x"], {})'
rm $dir/printcpl
by_fd "deleted"
fresh
install -m 755 $prog $dir/new
mv $dir/new $dir/printcpl
by_fd "replaced"
runs_at 0 "the new one" as_nobody $dir/printcpl
fresh
ln $dir/printcpl $dir/other
rm $dir/printcpl
by_fd "deleted, but for another name"
runs_at 0 "by that name" as_nobody $dir/other
mkdir $dir/gone
install -m 755 $prog $dir/gone/printcpl
exec 9<$dir/gone/printcpl
rm -r $dir/gone
by_fd "deleted with its directory"
exec 9<&-
ktap_end
