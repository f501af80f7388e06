#!/bin/bash
# Plain tables in and out: strict reading, encodings, separators, rejects, and
# the same bytes back.
. "${0%/*}/../lib.sh"

printf '%s\n' 'First Name,Last Name,Email,Phone,City,Country,Shoe Size' \
	'Maria,Papadopoulou,maria@acme.example,+30 210 1234567,Athens,GR,38' \
	'"Jo ""J""",Doe,,,"Par' 'is",FR,' >people.csv
same 'usual headers become fields' \
	"crm-import people.csv 2>/dev/null | jq -c 'del(.raw,.ext,._src)'" <<'E'
{"type":"contact","name":"Maria Papadopoulou","given_name":"Maria","family_name":"Papadopoulou","emails":["maria@acme.example"],"phones":["+30 210 1234567"],"address":{"city":"Athens","country":"GR"},"shoe_size":"38"}
{"type":"contact","name":"Jo \"J\" Doe","given_name":"Jo \"J\"","family_name":"Doe","address":{"city":"Par\nis","country":"FR"}}
E
for h in 'First Name,Last Name,Email,Close Date=contact' \
	'Deal Name,Stage,Amount,Close Date,Email,First Name=deal' \
	'Company,Employees,Phone=account' 'Name,SKU,Amount=product'; do
	echo "${h%=*}" >h.csv
	ok "most columns decide: ${h%=*}" 'crm-import h.csv'
	err_has "a ${h#*=}" "read as type ${h#*=} "
done
same 'each record names its source row' \
	"crm-import people.csv 2>/dev/null | jq -c ._src" <<'E'
{"file":"people.csv","line":2}
{"file":"people.csv","line":3}
E
same 'rows without an id get one that stays' \
	"{ crm-import -q people.csv; crm-import -q people.csv; } | jq -r .ext.import | sort | uniq -c | awk '{print \$1}'" <<'E'
2
2
E
printf 'name\nAda\nAda\n' >twice.csv
same 'equal rows are told apart by their occurrence' \
	"crm-import -q -t contact twice.csv | jq -r '.ext.import[-2:]'" <<'E'
70
-2
E
printf 'name,note\n00123,1E5\n+49,TRUE\n12345678901234567890,3-1\n' >types.csv
same 'nothing is guessed' \
	"crm-import -q -t contact types.csv | jq -c '[.name,.note]'" <<'E'
["00123","1E5"]
["+49","TRUE"]
["12345678901234567890","3-1"]
E

# round trips: plain, all quoted, mixed, CRLF, BOM, blank lines, no last newline
printf '"name","note"\n"a","b"\n"c",""\n' >q-all.csv
printf 'name,note\n"a",b\n"c",d\ne,"f"\n' >q-mixed.csv
printf '\357\273\277name;note\r\na;b\r\n"c;d";e' >bom.csv
printf '\n\nname,note\na,b\n\n\nc,d\n\n' >blank.csv
printf 'name\tnote\na\t"x\ty"\n' >tabs.csv
printf 'name,name,,@x,raw.y\na,b,c,d,e\n,,,,\n' >odd.csv
printf 'name|note\ra|b\r' >mac.csv
for f in people q-all q-mixed bom blank tabs odd mac; do
	ok "$f.csv comes back byte for byte" \
		"crm-import -q -t contact $f.csv | crm-export -q -p auto | cmp - $f.csv"
done
same 'a changed field changes its cell alone' \
	"crm-import -q people.csv | jq -c 'if .family_name==\"Doe\" then .address.city=\"Nice\" else . end' | crm-export -q -p auto | diff people.csv - | grep -c '^[<>]'" <<'E'
3
E
printf 'name,close_date,amount\nA,1/5/2026,"1,234.50"\nB,12/31/2026,7\n' >dates.csv
ok 'dates and sums keep their looks' \
	"crm-import -q -t deal --dates mdy dates.csv | crm-export -q -p auto | cmp - dates.csv"
same 'and are read right' \
	"crm-import -q -t deal --dates mdy dates.csv | jq -c '[.close_date,.amount]'" <<'E'
["2026-01-05","1234.50"]
["2026-12-31","7"]
E

# seven encodings, three separators: the same records
python='name,city\nΜαρία,Αθήνα\n'
n=0
for sep in , ';' '	'; do
	for enc in UTF-8 UTF-8-BOM UTF-16LE UTF-16BE UTF-32LE windows-1253 ISO-8859-7; do
		text=$(printf '%b' "$python" | tr , "$sep")
		opt=
		case $enc in
		UTF-8) printf '%s\n' "$text" >enc.csv ;;
		UTF-8-BOM) printf '\357\273\277%s\n' "$text" >enc.csv ;;
		UTF-16LE) { printf '\377\376'; printf '%s\n' "$text" | iconv -t UTF-16LE; } >enc.csv ;;
		UTF-16BE) { printf '\376\377'; printf '%s\n' "$text" | iconv -t UTF-16BE; } >enc.csv ;;
		UTF-32LE) printf '%s\n' "$text" | iconv -t UTF-32LE >enc.csv ;;
		*) printf '%s\n' "$text" | iconv -t "$enc" >enc.csv; opt="--encoding $enc" ;;
		esac
		crm-import -q -t contact $opt enc.csv >enc.jsonl
		got=$(jq -r '.name + " " + .address.city' enc.jsonl)
		[ "$got" = 'Μαρία Αθήνα' ] && crm-export -q -p auto enc.jsonl | cmp -s - enc.csv && n=$((n + 1))
	done
done
is '21 encodings and separators read the same and come back' "$n" 21
printf 'name\n\316\315\n' >greek.csv
fails_with 4 'an 8-bit file stops' 'crm-import -t contact greek.csv'
err_has 'and the message names --encoding' 'greek.csv:.*--encoding'

# rejects
printf 'name,email\nA,a@x.example\nB\n"C"x,c@x.example\nD,d@x.example\n' >bad.csv
fails_with 3 'bad rows are rejected, the rest goes on' \
	'crm-import -t contact --reject bad.rej bad.csv'
err_has 'with their line' '^crm-import: bad.csv:3: '
err_has 'each of them' '^crm-import: bad.csv:4: '
same 'two records were left' "printf '%s' \"\$out\" | jq -r .name" <<'E'
A
D
E
same 'rejects keep the header and the bytes' 'cat bad.rej' <<'E'
name,email
B
"C"x,c@x.example
E
printf 'name,close_date\nA,31/12/2026\n' >baddate.csv
fails_with 3 'a date in another order is refused' 'crm-import -t deal baddate.csv'
err_has 'naming line, column and value' "baddate.csv:2: 'close_date': .*31/12/2026"
{ printf 'a,b\n1,"'; head -c 5000000 /dev/zero | tr '\0' x; } >open.csv
fails_with 4 'an open quote stops at its line' 'crm-import -t contact open.csv'
err_has 'naming it' 'open.csv:2: '

# spreadsheets
printf 'name,note\n=1+1,@x\n'"'"'q,ok\n' >formula.csv
same 'formulas are defused for spreadsheets' \
	"crm-import -q -t contact formula.csv | crm-export -q -p auto --spreadsheet | sed 's/\xef\xbb\xbf//' | tr -d '\r'" <<'E'
name,note
'=1+1,'@x
'q,ok
E
same 'and come back with --spreadsheet' \
	"crm-import -q -t contact formula.csv | crm-export -q -p auto --spreadsheet | crm-import -q -t contact --spreadsheet | jq -c '[.name,.note]'" <<'E'
["=1+1","@x"]
["'q","ok"]
E
ok 'a table without rows' "printf 'name,email\n' | crm-import -t contact"
err_has 'says so' '^crm-import: 0 records read$'
done_testing
