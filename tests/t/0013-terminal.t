#!/bin/bash
# On a terminal: the same records in the same order; nothing drives it.
. "${0%/*}/../lib.sh"
. "$src/tests/programs.sh"

need script
[ -x "$BUILD/bin/crm-find" ] || skip_all 'no crm-find'
crm init -q
contacts | crm-add -q
printf '{"id":"evil","type":"contact","name":"\\u001b[31m\\u202e\\u009bx"}\n' | crm-add -q

# tty 'cmd': its output on a terminal of 200 columns
tty() {
	COLUMNS=200 TERM=xterm script -qec "$1" /dev/null </dev/null | tr -d '\r'
}

is 'a pipe gets lines' "$(crm-find contact | head -c 1)" '{'
tty 'crm-find contact' >seen
grep -q '^{' seen && r=1 || r=0
verdict $r 'a terminal gets a table' "$(cat seen)"
is 'of the same records, in the same order' \
	"$(grep -oE '\bc[123]\b|\bevil\b' seen | tr '\n' ' ')" "$(crm-find contact -F ids | tr '\n' ' ')"
sed 's/\x1b\[1m//; s/\x1b\[0m//' seen | LC_ALL=C grep -q $'[\x01-\x08\x0b-\x1f\x7f]' && r=1 || r=0
verdict $r 'data cannot drive the terminal' "$(cat -v seen)"
is '-F jsonl wins on a terminal' "$(tty 'crm-find contact -F jsonl')" "$(crm-find contact)"
is '-F table wins in a pipe' "$(crm-find contact -F table | head -n 1 | cut -c 1-2)" id
is 'NO_COLOR' "$(NO_COLOR=1 tty 'crm-find contact' | grep -c $'\x1b')" 0
is '--color=never' "$(tty 'crm-find --color=never contact' | grep -c $'\x1b')" 0
crm-find --color=always contact -F table | grep -q $'\x1b\[1m'
verdict $? '--color=always in a pipe'
for v in 'LC_ALL=C' 'COLUMNS=20' 'CLICOLOR_FORCE=1' 'LANG=el_GR.UTF-8 LANGUAGE=el' 'TERM=dumb'; do
	is "piped bytes do not depend on $v" "$(env $v crm-find contact)" "$(crm-find contact)"
done
done_testing
