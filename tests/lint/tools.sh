#!/bin/sh
# What other tools find, each where it is installed. Run from the top.
set -u
bad=0
have() {
	command -v "$1" >/dev/null 2>&1 || { echo "lint: $1 is not installed, skipped" >&2; return 1; }
}
if have shellcheck; then
	shellcheck -S warning -e SC1090,SC1091,SC2034,SC2154,SC2258,SC2238,SC2046,SC2183 tests/*.sh tests/lint/*.sh tests/t/*.t share/*.sh completions/*.sh || bad=1
fi
if have mandoc; then
	for page in share/man/man?/*; do
		mandoc -Tlint "$page" | grep -v 'referenced manual not found' && bad=1
	done
fi
if have cppcheck; then
	cppcheck -q --std=c11 --error-exitcode=1 --enable=warning,portability --inline-suppr -Ilib lib bin || bad=1
fi
for f in lib/*/*.c bin/*.c; do
	[ -e "$f" ] || continue
	gcc -std=c11 -Ilib -Ibuild/gen -DCRMUTILS_VERSION='""' -DCRM_DATADIR='""' -O1 -fanalyzer -c -o /dev/null -w -Werror=analyzer-null-dereference -Werror=analyzer-use-after-free -Werror=analyzer-double-free "$f" || bad=1
done
exit $bad
