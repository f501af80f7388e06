#!/bin/bash
# crm-convert: account, contact, deal and lead in one transaction.
. "${0%/*}/../lib.sh"
crm init -q
crm-add -q lead id=l1 name="Dana Cohen" given_name=Dana company="Kohav Ltd" email=dana@kohav.example owner=maria city=Haifa
ok 'convert' 'crm-convert l1 amount=5000 currency=ILS'
printf %s "$out" >four
same 'four records, in this order' 'jq -r .type four | xargs' <<'END'
account contact deal lead
END
is 'in one revision' "$(jq .rev four | sort -u | wc -l)" 1
account=$(sed -n 1p four | jq -r .id) contact=$(sed -n 2p four | jq -r .id) deal=$(sed -n 3p four | jq -r .id)
same 'the contact is as the lead was' "sed -n 2p four | jq -c '[.name,.emails,.owner,.address.city,.account]'" <<END
["Dana Cohen",["dana@kohav.example"],"maria","Haifa","$account"]
END
same 'the deal' "sed -n 3p four | jq -c '[.name,.account,.contacts,.stage,.amount,.currency]'" <<END
["Kohav Ltd","$account",["$contact"],"new","5000","ILS"]
END
same 'the lead links to them' "sed -n 4p four | jq -c '[.status,.converted]'" <<END
["converted",{"account":"$account","contact":"$contact","deal":"$deal"}]
END
fails_with 3 'only once' 'crm-convert l1'
err_has 'says why' 'converted already'
ok 'an e-mail now means the contact' 'crm-edit email:dana@kohav.example title=CEO'
is 'not the lead' "$(jq -r .id <<<"$out")" "$contact"
crm-add -q lead id=l2 name=Solo
same 'without company, without deal' 'crm-convert l2 --no-deal | jq -r .type | xargs' <<'END'
contact lead
END
crm-add -q lead id=l3 name=Third company=Other
ok 'into an account' "crm-convert l3 --account $account"
is 'no new one' "$(crm-find --count account)" 1
crm-add -q lead id=l4 name=Bad company=Four
fails_with 3 'a bad assignment' 'crm-convert l4 amount=lots'
is 'leaves nothing behind' "$(crm-find --count account)" 1
fails_with 2 'assignments without a deal' 'crm-convert l4 --no-deal amount=1'
fails_with 3 'a line without an id' 'echo "{\"type\":\"lead\"}" | crm-convert'
err_has 'says what it lacks' "'id': missing: which record"
fails_with 2 'a wrong length of time for compact' 'crm compact --keep foo'
done_testing
