# Sourced first by every tests/t/*.t. A fresh HOME and store for each file, a
# frozen clock, TAP on stdout. Commands are strings, run by eval in the scratch
# directory; a command that dies by a signal never passes.
#
#   ok 'title' 'cmd'                 exit status 0
#   fails_with N 'title' 'cmd'       exit status N exactly
#   same 'title' 'cmd' <<EOF         exit status 0 and exactly this stdout
#   same_after N 'title' 'cmd' <<EOF the same with exit status N
#   out_has 'title' 'regex'          last command's stdout has a matching line
#   err_has 'title' 'regex'          last command's stderr has a matching line
#   err_empty 'title'                last command wrote nothing to stderr
#   is 'title' "$got" "$want"        two strings
#   data FILE                        sets $data to $CRM_TESTDATA/FILE, or skips
#                                    the whole test file
#   need PROGRAM...                  skip the file where one is not installed
#   done_testing                     last line of every file
#
# $out and $err hold the last command's stdout and stderr, $rc its status.
# shellcheck shell=bash
set -u
src=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
BUILD=${BUILD:-$src/build}
scratch=$(mktemp -d "${TMPDIR:-/tmp}/crm-test.XXXXXX") || exit 1
for v in $(env | sed -n 's/^\(CRM_[A-Z_]*\)=.*/\1/p'); do
	case $v in CRM_TESTDATA|CRM_LONG|CRM_SEED) ;; *) unset "$v" ;; esac
done
unset XDG_RUNTIME_DIR NO_COLOR CLICOLOR_FORCE COLUMNS LANGUAGE LANG POSIXLY_CORRECT
export HOME=$scratch/home XDG_CONFIG_HOME=$scratch/home/.config
export XDG_DATA_HOME=$scratch/home/.local/share TMPDIR=$scratch/tmp
export CRM_STORE=$scratch/store CRM_NOW=2026-11-21T12:00:00Z CRM_ACTOR=tester
[ -n "${INSTALLED:-}" ] || export CRM_DATADIR=$src/share/crm
# What a sanitizer finds is no exit status of ours.
export ASAN_OPTIONS=exitcode=99 UBSAN_OPTIONS=exitcode=99
export LC_ALL=C.UTF-8 TZ=UTC PATH=$BUILD/bin:$PATH
mkdir -p "$HOME" "$TMPDIR" "$scratch/work"
cd "$scratch/work" || exit 1
tests=0 bad=0 finished='' rc=0 out='' err=''

at_exit() {
	local status=$?
	cd / && chmod -R u+rwX "$scratch" && rm -rf "$scratch"
	if [ -z "$finished" ]; then
		echo "not ok $((tests + 1)) - the file ended before done_testing"
		echo "1..$((tests + 1))"
		exit 1
	fi
	[ "$bad" = 0 ] || exit 1
	exit $status
}
trap at_exit EXIT

# verdict 0|1 title [what to show...]
verdict() {
	tests=$((tests + 1))
	if [ "$1" = 0 ]; then
		echo "ok $tests - $2"
		return 0
	fi
	bad=$((bad + 1))
	echo "not ok $tests - $2"
	shift 2
	printf '%s\n' "$@" | head -n 40 | sed 's/^/# /'
	return 1
}

# Runs a command; $out, $err, $rc. Final newlines count: a dot guards them.
run() {
	out=$( (eval "$1") 2>"$scratch/err"; echo .$?)
	rc=${out##*.}
	out=${out%.*}
	err=$(tr -d '\0' <"$scratch/err")
}

ok() {
	run "$2"
	[ "$rc" = 0 ]
	verdict $? "$1" "command: $2" "exit status: $rc" "stderr: $err" "stdout: $out"
}

fails_with() {
	run "$3"
	[ "$rc" = "$1" ] && [ "$rc" -lt 126 ] && [ "$rc" != 99 ]
	verdict $? "$2" "command: $3" "exit status: $rc, expected: $1" "stderr: $err"
}

same_after() {
	local want
	want=$(cat && echo .)
	want=${want%.}
	run "$3"
	[ "$rc" = "$1" ] && [ "$out" = "$want" ]
	verdict $? "$2" "command: $3" "exit status: $rc, expected: $1" "stderr: $err" \
		"$(diff <(printf %s "$want") <(printf %s "$out") | cut -c 1-300)"
}

same() {
	same_after 0 "$1" "$2"
}

out_has() {
	grep -Eq -- "$2" <<<"$out"
	verdict $? "$1" "no line of stdout matches: $2" "stdout: $out"
}

err_has() {
	grep -Eq -- "$2" <<<"$err"
	verdict $? "$1" "no line of stderr matches: $2" "stderr: $err"
}

err_empty() {
	[ -z "$err" ]
	verdict $? "$1" "stderr: $err"
}

is() {
	[ "$2" = "$3" ]
	verdict $? "$1" "     got: $2" "expected: $3"
}

skip_all() {
	finished=1
	echo "1..0 # SKIP $1"
	exit 0
}

need() {
	for p in "$@"; do
		command -v "$p" >/dev/null 2>&1 || skip_all "$p is not installed"
	done
}

data() {
	[ -n "${CRM_TESTDATA:-}" ] || skip_all 'CRM_TESTDATA is not set'
	data=$CRM_TESTDATA/$1
	[ -e "$data" ] || skip_all "no $1 in CRM_TESTDATA"
}

done_testing() {
	finished=1
	echo "1..$tests"
}
