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
if command -v xlsx2csv >/dev/null && command -v /usr/bin/python3 >/dev/null; then
	/usr/bin/python3 - <<'E'
import zipfile
z = zipfile.ZipFile('book.xlsx', 'w')
ns = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
z.writestr('[Content_Types].xml', '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>')
z.writestr('_rels/.rels', '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>')
z.writestr('xl/workbook.xml', '<workbook %s xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>' % ns)
z.writestr('xl/_rels/workbook.xml.rels', '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>')
z.writestr('xl/styles.xml', '<styleSheet %s><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="22" applyNumberFormat="1"/></cellXfs></styleSheet>' % ns)
def cell(r, v, s=None):
    if s is None:
        return '<c r="%s" t="inlineStr"><is><t>%s</t></is></c>' % (r, v)
    return '<c r="%s" s="%d"><v>%s</v></c>' % (r, s, v)
z.writestr('xl/worksheets/sheet1.xml', '<worksheet %s><sheetData><row r="1">%s</row><row r="2">%s</row></sheetData></worksheet>' % (ns, cell('A1', '(Do Not Modify) Account') + cell('B1', 'Account Name') + cell('C1', 'Created On'), cell('A2', '8da6c4a1-6d3e-ec11-b6e6-000d3a5c1001') + cell('B2', 'Fabrikam') + cell('C2', '45296.635416666664', 1)))
z.close()
E
	same 'a workbook through xlsx2csv, its afternoon hours too' \
		"crm-import -q book.xlsx | jq -c '[.name,.created,.ext.dynamics]'" <<'E'
["Fabrikam","2024-01-05T15:15:00Z","8da6c4a1-6d3e-ec11-b6e6-000d3a5c1001"]
E
else
	echo "ok $((++tests)) - a workbook # SKIP xlsx2csv is not installed"
fi
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
ok 'a line without an end is looked at once' \
	"head -c 100000000 /dev/zero | tr '\\0' x | timeout 10 crm-import -q -p vcard"
done_testing
