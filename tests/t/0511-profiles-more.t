#!/bin/bash
# Files as their systems really write them: reports with a foot, lists drawn
# with bars, translated headers, times with their zone.
. "${0%/*}/../lib.sh"

samples=$src/tests/data/profiles
one() {
	crm-import -q "$samples/$1.csv" | jq -c "$2"
}
ok 'the foot of a report is no row' \
	"crm-import $samples/salesforce-report-opportunities.csv 2>&1 >x.jsonl | grep -q ': 5 lines below the table are no rows' && [ \$(wc -l <x.jsonl) = 2 ]"
sed '$d' "$samples/salesforce-report-opportunities.csv" >cut.csv
sed -n 2p "$samples/salesforce-report-opportunities.csv" >>cut.csv
fails_with 3 'single cells between rows are wrong rows' 'crm-import -q cut.csv >x.jsonl'
is 'each with its line' "$(sed -n 's/.*cut.csv:\([0-9]*\): 1 cells.*/\1/p' <<<"$err" | tr '\n' ' ')" '6 7 8 9 '
printf 'a,b\n1,2\n\nfoot\n' >plain.csv
fails_with 3 'a plain table has no foot' 'crm-import -q -t account plain.csv'
same 'large sums with an exponent' "one salesforce-opportunity-weekly .amount" <<'E'
"125000.0"
"12500000"
E
same 'Dynamics in German' "one dynamics-contact-german '[.ext.dynamics,.name,.emails,.phones,.address,.created]'" <<'E'
["6f1b2c3d-0a1b-4c2d-8e3f-001122334455","Greta Lindqvist",["greta@werft.example"],["+49 89 555 0101"],{"city":"München","postal_code":"80331","country":"DE"},"2026-02-01T08:30:00Z"]
E
same 'Dynamics in French' "one dynamics-account-french '[.name,.phones,.address.city,.owner]'" <<'E'
["Chantiers de l'Ouest",["+33 2 40 00 01 01"],"Nantes","Ines Falk"]
E
same 'Outlook in German' "one outlook-desktop-de '[.name,.company,.title,.emails,.labels,.address,.birthday,.tags]'" <<'E'
["Jürgen Weiß","Weiß & Söhne","Chef",["juergen@weiss.example"],{"0221 5550101":"work","0171 5550101":"mobile"},{"street":"Hauptstr. 1","city":"Köln","postal_code":"50667","country":"DE"},"1970-12-24",["Kunde","VIP"]]
E
same 'Outlook in French' "one outlook-desktop-fr '[.name,.company,.title,.emails,.phones,.address,.birthday]'" <<'E'
["Zoé Lefèvre","Lumière SA","Directrice",["zoe@lumiere.example"],["04 72 00 01 01","06 12 34 56 78"],{"city":"Lyon","country":"FR"},"1980-12-24"]
E
same 'PayPal: times in the zone of their own column' "one paypal-us .at; one paypal-french .at" <<'E'
"2024-05-13T17:00:00Z"
"2024-05-14T18:00:00Z"
"2024-05-13T08:00:00Z"
E
same 'Pardot: months in words' "one pardot-prospects-dates '[.ext.pardot,.created]'" <<'E'
["88","2024-05-01T10:00:00Z"]
E
same 'SAP: a list as it is drawn, partners of both kinds' \
	"one sap-se16-list '[.type,.name,.ext.sap,.birthday,.created]'" <<'E'
["account","Walzwerk Ost AG","1000",null,"2017-03-30T00:00:00Z"]
["contact","Anke Krüger","1001","1971-12-24","2017-03-31T00:00:00Z"]
E
same 'an ALV list in German' "one sap-alv-list '[.type,.name,.ext.sap,.address.postal_code,.raw.sap.Umsatz]'" <<'E'
["account","Walzwerk Ost AG","100023","06108","1.234.567,89"]
["account","Nordlys AB","100024","903 25","500,00-"]
E
crm-import -q "$samples/sap-alv-list.csv" | sed 's/Nordlys AB/Nordlys Werke AB/' | crm-export -q -p sap >changed.txt
same_after 1 'a changed cell is padded like the others' "diff $samples/sap-alv-list.csv changed.txt" <<'E'
6c6
< | 100024  | Nordlys AB       | Umeå       | 903 25       | SE   |       500,00-| SEK     | 01.04.2017  |
---
> | 100024  | Nordlys Werke AB | Umeå       | 903 25       | SE   |       500,00-| SEK     | 01.04.2017  |
E
sed '6s/$/x|/' "$samples/sap-alv-list.csv" >bad.txt
fails_with 3 'a row of a list with a cell too many is rejected' 'crm-import -q --reject r.txt bad.txt'
sed -i 's/x|$//' r.txt
same 'and read again when it is mended' "crm-import -q r.txt | jq -r .name" <<'E'
Nordlys AB
E
same 'SAP: an id without zeros is the same, and comes back with them' \
	"crm-import -q $samples/sap-kna1.csv | jq -r .ext.sap; crm-import -q $samples/sap-kna1.csv | sed 's/Walzwerk Ost/Walz Ost/' | crm-export -q -p sap | sed -n 2p | cut -d';' -f2,4" <<'E'
100023
0000100023;Walz Ost AG
E
printf '{"@odata.context":"x","value":[{"ObjectID":"1","ID":"7","Name":"Rolls","ProspectPartyID":"9"}]}\n' >v4.json
ok 'OData version 4 wraps its records in "value"' \
	"crm-import -q v4.json | jq -e '.type==\"deal\" and .ext.sap==\"7\"' && crm-import -q v4.json | crm-export -q -p sap-c4c | cmp - v4.json"
# Dynamics tables by their logical names: a table's rows, the Web API's objects.
cat >dv.csv <<'E'
accountid,name,telephone1,emailaddress1,address1_city,address1_country,parentaccountid,createdon,statecode
1c6a8e4e-0001-4a0e-9b1e-000000000001,Nisos AE,+30 210 3001234,info@nisos.example,Athens,Greece,,2024-03-01T10:00:00Z,0
1c6a8e4e-0001-4a0e-9b1e-000000000002,Havu Oy,,,Helsinki,Finland,1c6a8e4e-0001-4a0e-9b1e-000000000001,2024-03-02T10:00:00Z,0
E
cat >dv.json <<'E'
{"@odata.context":"https://org.example/api/data/v9.2/$metadata#contacts","value":[
 {"@odata.etag":"W/\"123\"","contactid":"2c6a8e4e-0001-4a0e-9b1e-000000000001","firstname":"Mara","lastname":"Quint","mobilephone":"+306941234567",
  "_parentcustomerid_value":"1c6a8e4e-0001-4a0e-9b1e-000000000001","gendercode":2,"_ownerid_value":"9c6a","_ownerid_value@OData.Community.Display.V1.FormattedValue":"Anna Snell"}
]}
E
same 'Dataverse: a table' "crm-import -q dv.csv | jq -c '[.type,.name,.address.country,.parent,.raw.dynamics.statecode]'" <<'E'
["account","Nisos AE","GR",null,"0"]
["account","Havu Oy","FI","ext.dynamics:1c6a8e4e-0001-4a0e-9b1e-000000000001","0"]
E
same 'Dataverse: the Web API' "crm-import -q dv.json | jq -c '[.type,.name,.account,.gender,.owner]'" <<'E'
["contact","Mara Quint","ext.dynamics:1c6a8e4e-0001-4a0e-9b1e-000000000001","female","Anna Snell"]
E
ok 'both come back byte for byte' "crm-import -q dv.csv | crm-export -q -p dataverse | cmp - dv.csv && crm-import -q dv.json | crm-export -q -p dataverse -F json | cmp - dv.json"
ok 'into a store, references resolved' "crm init -q && crm-import -q dv.csv dv.json | crm-add -q && crm-find -q contact account.name:Nisos"
ok 'a profile writes its own form, whatever -F says' "crm-import -q dv.csv | crm-export -q -p dataverse -F table | cmp - dv.csv"
printf '[{"helpdesk_ticket":{"display_id":12,"subject":"Oar","status":2,"priority":2,"requester_id":43001}}]\n' >fd.json
same 'Freshdesk: tickets of the account export' "crm-import -q fd.json | jq -c '[.type,.subject,.status,.ext.freshdesk,.contact]'" <<'E'
["ticket","Oar","open","12","ext.freshdesk:43001"]
E
same 'Zendesk: users as a table' "one zendesk-users '[.type,.name,.account,.language]'" <<'E'
["contact","Mara Quint","ext.zendesk:9001","el"]
E
same 'Marketo: the id of a list is no id of ours' "one marketo-list-ids '[.id,.type,.ext.marketo]'" <<'E'
[null,"lead","1001"]
E
same 'Stripe: customers and invoices' "one stripe-customers '[.type,.ext.stripe,.emails]'; one stripe-invoices '[.type,.number,.amount,.currency,.issued]'" <<'E'
["contact","cus_1",["mara@quint.example"]]
["invoice","A1B2-0001","12.50","EUR","2024-05-01"]
E
same 'invoices in German' "one accounting-german '[.number,.issued,.due,.amount,.currency]'" <<'E'
["2024-001","2024-05-13","2024-05-27","1190.00","EUR"]
E
done_testing
