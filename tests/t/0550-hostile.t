#!/bin/bash
# Broken, cut, mangled input of every form: errors, never a crash, never a
# record that is not JSON.
. "${0%/*}/../lib.sh"

mkdir mangled
perl -e '
	srand 42;
	my @bits = ("\"", ",", ";", "\n", "\r", "\0", "\xff", "\\", ":", "=", "{", "}", "[", "]", "<", ">", "&", "\t", "BEGIN:", "END:VCARD", "\xe2\x80", "%", "9" x 40, "-", "/");
	for my $f (@ARGV) {
		open my $in, "<:raw", $f or die; local $/; my $s = <$in>;
		(my $b = $f) =~ s{.*/}{};
		for my $i (1 .. 2) {
			my $t = $s;
			for (1 .. 1 + rand 12) {
				my $at = int rand length $t;
				my $how = int rand 4;
				if ($how == 0) { substr($t, $at, 1) = $bits[rand @bits] }
				elsif ($how == 1) { substr($t, $at, 1 + rand 30) = "" }
				elsif ($how == 2) { substr($t, $at, 0) = $bits[rand @bits] x (1 + rand 3) }
				else { substr($t, $at, 0) = substr($t, int rand length $t, 60) }
			}
			$t = substr $t, 0, rand length $t if $i == 2;
			open my $o, ">:raw", "mangled/$i-$b"; print $o $t;
		}
	}' "$src"/tests/data/profiles/*.csv "$src"/tests/data/items/*
crashed='' wrong='' n=0
for f in mangled/*; do
	n=$((n + 1))
	crm-import -q "$f" >o.jsonl 2>e </dev/null
	r=$?
	[ $r -le 4 ] || crashed="$crashed $f:$r"
	jq -e . o.jsonl >/dev/null 2>e2 || [ ! -s o.jsonl ] || wrong="$wrong $f"
	for p in auto vcard ics salesforce mail; do
		crm-export -q -p $p o.jsonl >/dev/null 2>e
		r=$?
		[ $r -le 4 ] || crashed="$crashed $f:export-$p:$r"
	done
done
is "$n mangled files: no crash" "$crashed" ''
is 'and only JSON came out' "$wrong" ''

# a layout from elsewhere is data, too
for l in '"x"' '[]' '["a"]' '["a",{"layout":{}}]' '["a",{"layout":{"h":[]}}]' '["a",{"layout":{"h":["x","x"],"q":"zz","s":{"0":"%","9":"y"},"d":"\"","hq":"9"},"keep":{"7":"x","-1":"y"},"q":[9,"a"],"e":5}]'; do
	echo "{\"type\":\"contact\",\"name\":\"a\",\"raw\":{\"csv\":{\"@\":$l}}}" >l.jsonl
	crm-export -q -p auto l.jsonl >/dev/null 2>&1
	r=$?
	[ $r -le 4 ]
	verdict $? "layout $l ends with $r"
done
fails_with 4 'a workbook without xlsx2csv says so' "printf 'PK\003\004xx' >w.xlsx; PATH=\$BUILD/bin crm-import w.xlsx"
err_has 'naming the program' 'xlsx2csv'
printf 'name,note\n,x\nA,\n' >b.csv
same 'blank cells clear where that is wished' \
	"crm-import -q -t contact --blank clear b.csv | jq -c '[.name,.note,has(\"name\"),has(\"note\")]'" <<'E'
[null,"x",true,true]
["A",null,true,true]
E
same 'and are left out else' \
	"crm-import -q -t contact b.csv | jq -c '[has(\"name\"),has(\"note\")]'" <<'E'
[false,true]
[true,false]
E
done_testing
