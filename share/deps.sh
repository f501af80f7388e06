#!/bin/sh
# Installs what is missing for: build, check, long. As root or with sudo through
# apt-get; elsewhere prints the exact command and fails.
set -eu
what=${1:-build}
build='gcc make pkg-config libc6-dev liblmdb-dev libjansson-dev libcsv-dev libgit2-dev libsodium-dev zlib1g-dev libutf8proc-dev libpcre2-dev liblbfgs-dev tzdata'
check='perl git jq sqlite3 mandoc util-linux procps strace'
long='clang valgrind g++ libphonenumber-dev python3-stdnum xlsx2csv'
case $what in
build) want=$build ;;
check) want="$build $check" ;;
long) want="$build $check $long" ;;
*)
	echo 'usage: deps.sh build|check|long' >&2
	exit 2
	;;
esac
command -v dpkg-query >/dev/null 2>&1 || {
	echo "deps.sh: not a Debian system; these packages' contents are needed: $want" >&2
	exit 0
}
missing=
for p in $want; do
	dpkg-query -W -f='${Status}' "$p" 2>/dev/null | grep -q 'ok installed' ||
		missing="$missing $p"
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" = 0 ]; then
	sudo=
elif sudo -n true 2>/dev/null; then
	sudo=sudo
else
	echo "deps.sh: missing packages; as root run: apt-get install$missing" >&2
	exit 1
fi
echo "installing:$missing" >&2
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086 # word splitting is meant
$sudo apt-get install -y -qq --no-install-recommends $missing >/dev/null 2>&1 || {
	$sudo apt-get update -qq >/dev/null
	$sudo apt-get install -y -qq --no-install-recommends $missing >/dev/null
}
