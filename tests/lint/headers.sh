#!/bin/bash
# Every header compiles alone. Run from the top of the tree.
set -u
cc=${CC:-gcc}
bad=0
for h in lib/*/*.h; do
	printf '#include "%s"\n' "${h#lib/}" |
		$cc -std=c11 -Ilib -I"${BUILD:-build}/gen" -Wall -Wextra -Werror \
			-fsyntax-only -x c - 2>/dev/null || { echo "$h does not compile alone"; bad=1; }
done
exit $bad
