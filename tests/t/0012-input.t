#!/bin/bash
# Every program that reads lines: hostile, odd and empty input.
. "${0%/*}/../lib.sh"
. "$src/tests/programs.sh"

make_store
contacts | sed 's/"c/"n/' >good
{ printf '\357\273\277'; sed 's/$/\r/' good; } >odd
{ sed -n 1p good; echo; echo '   '; sed -n '2,$p' good; } | head -c -1 >blank
{ sed -n 1p good; echo '{"id":"bad","type":'; sed -n '2,$p' good; } >one_bad
printf '{"type":"contact","name":"a\0b"}\n' >nul
printf '{"type":"contact","name":"a\377\300\257"}\n' >utf8
head -c 4096 /dev/urandom >random
{ printf '{"type":"contact","x":'; head -c 200000 /dev/zero | tr '\0' '['; echo; } >deep
{ printf '{"type":"contact","name":"'; head -c 2000000 /dev/zero | tr '\0' x; echo '"}'; } >long
: >empty

for p in "${programs[@]}"; do
	a=$(main_args "$p")
	for f in nul utf8 random deep long empty; do
		run "timeout 20 $p $a <$f"
		sane_status
		verdict $? "$p <$f" "exit status $rc" "$err"
		LC_ALL=C grep -q '[^ -~[:space:]]' <<<"$(LC_ALL=C tr -d '\200-\377' <<<"$err")" && r=1 || r=0
		verdict $r "$p <$f: no control bytes on stderr"
	done
	reads_lines "$p" || continue
	dry=
	has_option "$p" dry-run && dry=-n
	run "$p $a $dry <good"
	want=$out
	is "$p takes good lines" "$rc" 0
	for f in odd blank; do
		run "$p $a $dry <$f"
		is "$p <$f: BOM, CRLF, blank lines, no last newline" "$rc $out" "0 $want"
	done
	run "$p $a $dry <one_bad"
	is "$p: one bad line in four is exit 3" "$rc" 3
	is "$p: and the rest comes through" "$out" "$want"
	err_has "$p names source and line" "^$p: -:2: "
	run "$p $a $dry one_bad"
	err_has "$p names the file" "^$p: one_bad:2: "
	run "$p $a $dry --errors=json one_bad"
	err_has "$p --errors=json" '^\{"prog":"'"$p"'","level":"error","code":"json\.[a-z]+","source":"one_bad","line":2,'
	if has_option "$p" reject; then
		run "$p $a $dry --reject rejects one_bad"
		is "$p --reject keeps the line verbatim" "$(cat rejects)" '{"id":"bad","type":'
		run "$p $a $dry --max-rejects 1 --summary=json one_bad"
		is "$p --max-rejects 1 stops" "$rc $(tail -n 1 <<<"$err" | grep -c '"read":2,.*"rejected":1')" '3 1'
	fi
	run "$p $a $dry no-such-file"
	is "$p: a missing file is exit 4" "$rc" 4
	err_has "$p names it" "^$p: no-such-file: "
	if has_option "$p" require-end; then
		{ cat good; echo '{"_end":3}'; } >ended
		{ cat good; echo '{"_end":4}'; } >short
		run "$p $a $dry --require-end <ended"
		is "$p --require-end" "$rc" 0
		run "$p $a $dry --require-end <good"
		is "$p --require-end without the line" "$rc" 4
		run "$p $a $dry <short"
		is "$p: an _end line that tells of more records" "$rc" 4
	fi
done
done_testing
