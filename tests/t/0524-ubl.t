#!/bin/bash
# UBL documents: the same bytes back, through the store too, and changes in
# their place.
. "${0%/*}/../lib.sh"

items=$src/tests/data/items
crm init >/dev/null 2>&1
crm-add -q account name=Walzwerk tax_id=DE123456788
for f in invoice-peppol credit-note; do
	case $f in inv*) n=INV-7 ;; *) n=CN-1 ;; esac
	crm-import -q "$items/$f.xml" >x.jsonl
	ok "$f: the same bytes back" "crm-export -q -p ubl x.jsonl | cmp - $items/$f.xml"
	crm-add -q --upsert ext.import x.jsonl
	ok "$f: through the store" "crm-find invoice number=$n | crm-export -q -p ubl | cmp - $items/$f.xml"
	same "$f: a second import changes nothing" \
		"crm-add -q --upsert ext.import --summary=json x.jsonl 2>&1 | jq -c '[.created,.updated,.unchanged,.rejected]'" <<'E'
[0,0,1,0]
E
	crm-find invoice number=$n -F ids | crm-edit -q due=2026-07-01 -
	same_after 1 "$f: a changed date alone" \
		"crm-find invoice number=$n | crm-export -q -p ubl | diff $items/$f.xml -" <<'E'
8c8
<   <cbc:DueDate>2026-06-12</cbc:DueDate>
---
>   <cbc:DueDate>2026-07-01</cbc:DueDate>
E

done
same 'what a credit note gives back is owed the other way' \
	"crm-import -q $items/credit-note.xml | jq -c '[.number,.kind,.amount,.items[0].quantity,.account]'" <<'E'
["CN-1","credit_note","-119.00",2,"tax_id:DE123456788"]
E
same 'a sum is written into its element' \
	"crm-import -q $items/credit-note.xml | sed 's/\"-119.00\"/\"-200.00\"/' | crm-export -q -p ubl | grep -o 'PayableAmount.*PayableAmount'" <<'E'
PayableAmount currencyID="EUR">200.00</cbc:PayableAmount
E
ok 'other lines make it anew' \
	"crm-import -q $items/invoice-peppol.xml | sed 's/\"Oars\"/\"Paddles\"/' | crm-export -q -p ubl | grep -q '<cbc:Name>Paddles</cbc:Name>'"
same 'of a credit note, too, which stays one' \
	"crm-import -q $items/credit-note.xml | sed 's/\"Oars\"/\"Paddles\"/' | crm-export -q -p ubl >new.xml;
	grep -oE '<CreditNote |CreditedQuantity>[0-9]+|PaymentDueDate>[0-9-]+|EUR\">119.00|:Name>P[a-z]*|</CreditNote>' new.xml" <<'E'
<CreditNote 
PaymentDueDate>2026-06-12
EUR">119.00
CreditedQuantity>2
:Name>Paddles
</CreditNote>
E
same 'which reads as it did' "crm-import -q new.xml | jq -c '[.number,.kind,.amount,.due]'" <<'E'
["CN-1","credit_note","-119.00","2026-06-12"]
E

# A document says in which encoding it is, or its mark does.
{ printf '\xef\xbb\xbf' && cat "$items/credit-note.xml"; } >bom.xml
sed 's/UTF-8/ISO-8859-1/' "$items/credit-note.xml" | iconv -f UTF-8 -t ISO-8859-1 >latin.xml
iconv -f UTF-8 -t UTF-16 "$items/credit-note.xml" >wide.xml
for f in bom latin wide; do
	ok "$f: the same bytes back" "crm-import -q $f.xml | crm-export -q -p ubl | cmp - $f.xml"
	is "$f: the same words" "$(crm-import -q $f.xml | jq -r .customer)" "$(crm-import -q "$items/credit-note.xml" | jq -r .customer)"
done
fails_with 3 'a name that the encoding has not' \
	"crm-import -q latin.xml | sed 's/\"customer\":\"[^\"]*\"/\"customer\":\"Νήσος\"/' | crm-export -q -p ubl"
err_has 'is said' 'U.039D does not exist in ISO-8859-1'
sed 's/UTF-8/klingon/' "$items/credit-note.xml" >odd.xml
fails_with 4 'an encoding that nobody knows' 'crm-import -q odd.xml'
err_has 'is named' klingon
done_testing
