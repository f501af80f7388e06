#!/bin/bash
# The mirror in git beside git fast-import: a first mirror of SIZE records, one
# change, a thousand changes, a person erased. Seconds are CPU and wall clock;
# targets: first at most half of fast-import's wall clock, one change at most
# 1.3 times it, a thousand 0.25 s.
set -eu
src=$(cd "${0%/*}/../.." && pwd)
BUILD=${BUILD:-$src/build}
size=${SIZE:-100000}
dir=$(mktemp -d "${TMPDIR:-/tmp}/crm-bench.XXXXXX")
trap 'rm -rf "$dir"' EXIT
export PATH=$BUILD/bin:$PATH LC_ALL=C.UTF-8 CRM_STORE=$dir/store GIT_CONFIG_NOSYSTEM=1 HOME=$dir
cd "$dir"
[ -x "$BUILD/libexec/crm/crm-git" ] || exit 0
# timed NAME COMMAND...: name, CPU seconds, seconds, MiB
timed() {
	local name=$1
	shift
	{ TIMEFORMAT='%U %S %R'; time "$@" >/dev/null 2>err; } 2>t
	awk -v n="$name" '{ printf "%-28s %8.2f s CPU %8.2f s\n", n, $1 + $2, $3 }' t
}
import() {
	git -C other.git fast-import --quiet <"$1"
}
crm init -q
seq "$size" | awk '{ printf "{\"type\":\"contact\",\"id\":\"c%07d\",\"name\":\"Name %d Family %d\",\"emails\":[\"name%d@example%d.com\"],\"phones\":[\"+3021%08d\"],\"title\":\"Head of %d\",\"address\":{\"street\":\"Street %d\",\"city\":\"City %d\",\"country\":\"GR\"},\"notes\":\"met at fair %d, wants an offer for %d units before the end of the quarter\"}\n", $1, $1, $1 * 7919 % 10007, $1, $1 % 97, $1, $1 % 13, $1 % 999, $1 % 50, $1 % 31, $1 * 31 % 1009 }' |
	crm-add -q
crm config history.sync manual
timed "first mirror of $size" crm-history mirror -q
git -C store/mirror.git fast-export main >stream
git init -q --bare other.git
timed 'git fast-import of the same' import stream
printf '%s bytes, git %s\n' "$(du -sb store/mirror.git/objects | cut -f 1)" "$(du -sb other.git/objects | cut -f 1)"
printf 'commit refs/heads/main\ncommitter c <c@x> 1700000000 +0000\ndata 0\nfrom refs/heads/main^0\nM 100644 inline a/b/c/d/e.json\ndata 3\n{}\n' >one
for _ in 1 2 3; do
	crm-edit -q c0000777 title="T$RANDOM"
	timed 'one change' crm-history mirror -q
	timed 'git fast-import, one commit' import one
done
crm-find contact -F ids | awk -v k=$((size / 1000)) 'NR % k == 0' | crm-edit -q - title=Thousand
timed 'a thousand changes' crm-history mirror -q
crm config history plain
timed 'crm-rm --erase' crm-rm -q --erase c0000777
