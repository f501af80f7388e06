#!/bin/bash
# crm-view: cards, tables, the 360-degree view, in all looks.
. "${0%/*}/../lib.sh"
[ -x "$BUILD/bin/crm-add" ] || skip_all 'no crm-add'

cat >records <<'END'
{"id":"acme","type":"account","name":"Acme <SA>","domain":"acme.gr","address":{"city":"Athens","country":"GR"},"created":"2026-01-01T00:00:00Z","updated":"2026-01-01T00:00:00Z"}
{"id":"maria","type":"contact","name":"Μαρία","emails":["maria@acme.gr","m@acme.gr"],"account":"acme","created":"2026-01-01T00:00:00Z","updated":"2026-01-01T00:00:00Z"}
{"id":"yossi","type":"contact","name":"יוסי","account":"acme","created":"2026-01-01T00:00:00Z","updated":"2026-01-01T00:00:00Z"}
{"id":"d1","type":"deal","name":"Big","account":"acme","stage":"won","stages":[{"stage":"new","at":"2026-02-01T08:00:00Z"},{"stage":"won","at":"2026-02-03T08:00:00Z"}],"amount":"12000.50","currency":"EUR","opened":"2026-02-01","closed":"2026-02-03","created":"2026-02-01T08:00:00Z","updated":"2026-02-03T08:00:00Z"}
{"id":"a1","type":"activity","kind":"call","subject":"a\u001b[31m|b","contact":"maria","at":"2026-03-01T14:30:00Z"}
{"id":"p1","type":"purchase","contact":"yossi","at":"2026-01-05T00:00:00Z","amount":"99.00","currency":"EUR"}
END
crm-add -q --create records

same 'a card, with names for references' 'crm-view maria' <<'END'
contact: Μαρία
  id       maria
  name     Μαρία
  emails   maria@acme.gr, m@acme.gr
  account  Acme <SA> (acme)
  created  2026-01-01T00:00:00Z
  updated  2026-01-01T00:00:00Z
END
same 'the time line of an account has its contacts'\'', newest first' \
	'crm-view --timeline domain:ACME.gr | sed "1,/time line/d" | grep -v 2026-01-01' <<'END'
when              what      text              id
2026-03-01 14:30  call      a\x1b[31m|b       a1
2026-02-03 08:00  stage     won: Big          d1
2026-02-01 08:00  stage     new: Big          d1
2026-02-01        deal      Big 12000.50 EUR  d1
2026-01-05 00:00  purchase  99.00 EUR         p1
END
ok 'in the zone of --tz' 'crm-view --timeline --tz Asia/Tokyo maria'
out_has 'a call at 14:30 UTC is at 23:30 in Tokyo' '^2026-03-01 23:30  call'
same 'a table of the store' 'crm-view -a -t deal' <<'END'
id  name  stage    amount  currency  account.name
d1  Big   won    12000.50  EUR       Acme <SA>
END
same 'of lines, with the fields of -f' 'grep contact records | grep emails | crm-view -f name,emails' <<'END'
name   emails
Μαρία  maria@acme.gr;m@acme.gr
END
ok 'Markdown' 'crm-view --timeline -F markdown acme'
out_has 'its table escapes bars' '\| call \| a\\\[31m\\\|b \| a1 \|'
ok 'HTML' 'crm-view --timeline -F html acme maria'
out_has 'HTML escapes' '<bdi>Acme &lt;SA&gt;</bdi></h1>'
is 'one page for two records' "$(grep -c '<!doctype html>' <<<"$out") $(grep -c '</html>' <<<"$out") $(grep -c '<article>' <<<"$out")" '1 1 2'
is 'nothing is loaded, nothing runs' "$(grep -ciE '<script|src=|href=|url\(' <<<"$out")" 0
ok 'lines for programs' 'crm-view --timeline -F ids acme'
is 'the record, then its time line' "$(tr '\n' ' ' <<<"$out" | sed 's/ *$//')" 'acme a1 d1 p1 maria yossi'
fails_with 3 'an unknown reference is rejected' 'crm-view nobody maria'
err_has 'and named' "no such record: 'nobody'"
out_has 'the others are shown' '^contact: Μαρία'
fails_with 2 '-a and references' 'crm-view -a maria'
fails_with 2 'an unknown field' 'crm-view -a -t deal -f amuont'
err_has 'with the nearest name' "did you mean 'amount'"
ok '-o' 'crm-view -o card.txt maria'
is 'the file holds it' "$(head -n 1 card.txt)" 'contact: Μαρία'
done_testing
