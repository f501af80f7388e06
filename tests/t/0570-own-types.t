#!/bin/bash
# Types and fields of a store's own: one schema file, and every program knows
# them, over the store and over lines.
. "${0%/*}/../lib.sh"

cat >vehicle.json <<'E'
{"$schema": "https://json-schema.org/draft/2020-12/schema",
 "$id": "https://example.org/schemas/vehicle.schema.json",
 "title": "Company Vehicle", "x-crm-plural": "vehicles",
 "type": "object", "required": ["plate"], "properties": {
  "plate": {"type": "string", "x-crm-kind": "code", "x-crm-unique": true},
  "driver": {"type": ["string", "null"], "x-crm-ref": "contact"},
  "price": {"type": "string", "x-crm-kind": "money"},
  "currency": {"type": "string", "x-crm-kind": "currency"},
  "doors": {"type": "integer", "minimum": 1},
  "colour": {"enum": ["red", "blue"]},
  "engine": {"type": "string", "format": "uuid"},
  "model": {"type": "string", "x-crm-match": "name"},
  "seen": {"type": "string", "format": "date"}}}
E
crm init -q
ok 'a type comes from one file' 'crm schema add vehicle.json'
err_has 'what nobody will check is said' "^crm schema: warning: vehicle.json: 'doors': 'minimum' is not checked"
err_has 'formats, too' "'engine': 'format uuid' is not checked"
ok 'its name is the end of $id' 'crm schema vehicle'
out_has 'one type to point to makes a reference' '"field":"driver","kind":"ref","refs":\["contact"\]'
echo '{"title":"Service Plan","type":"object","properties":{"level":{"type":"integer"}}}' >plan.json
ok 'without one the title serves' 'crm schema add plan.json'
ok 'in small letters' 'crm-add service_plan id=p1 level=2'
sed 's/x-crm-unique/x-crm-uniqe/' vehicle.json >typo.json
fails_with 4 'a misspelt keyword of ours' 'crm schema add typo.json'
err_has 'is named' "^crm schema: typo.json: 'plate': unknown keyword 'x-crm-uniqe'; did you mean 'x-crm-unique'"

crm-add -q contact id=c1 name='Ann Lee' email=ann@x.example
ok 'a record' 'crm-add vehicle id=v1 plate=ABC-1 driver=email:ann@x.example price=100.50 currency=EUR doors=4 colour=red seen=yesterday model="Tulip 2"'
out_has 'converted by the schema' '"driver":"c1","price":"100.50","currency":"EUR","doors":4,"colour":"red","model":"Tulip 2","seen":"2026-11-20"'
crm-add -q vehicle id=v2 plate=ABC-2 price=7 currency=EUR colour=blue model='Tulip  2'
fails_with 3 'its key is unique' 'crm-add vehicle plate=abc-1'
err_has 'and says whose' "'plate': taken by record 'v1'"
fails_with 3 'a wrong value' 'crm-add vehicle plate=X colour=green'
err_has 'names the right ones' 'known are red, blue'
fails_with 3 'a missing field' 'crm-add vehicle colour=red'
is 'queries know it' "$(crm-find vehicles 'price>50' -F ids)" v1
is 'and what it points to' "$(crm-find vehicle driver.name:ann -F ids)" v1
is 'and what points to a contact' "$(crm-find contact vehicle.colour:red -F ids)" c1
ok 'its key names it' 'crm-view plate:abc-2 -F card'
out_has 'and heads its card' '^vehicle: ABC-2$'
ok 'a contact shows its vehicles' 'crm-view c1 -F card --timeline'
out_has 'by that name' '^vehicle +ABC-1 '
same 'reports count it' 'crm-report -t vehicle --by colour --sum price -F csv' <<'E'
colour,currency,sum_price
blue,EUR,7.00
red,EUR,100.50
E

# lines: filters know the types of the store that is named
crm-find vehicle >lines
is 'a query over lines' "$(crm-find vehicle 'price>50' - <lines | jq -r .id)" v1
same 'a report over lines' 'crm-report -t vehicle --by colour --count -F jsonl - <lines' <<'E'
{"colour":"blue","count":1}
{"colour":"red","count":1}
E
same 'an export' 'crm-export -t vehicle -F csv <lines | cut -d, -f1,2,4' <<'E'
id,type,plate
v1,vehicle,ABC-1
v2,vehicle,ABC-2
E
ok 'a check' 'crm-check --only type.unknown <lines'
ok 'duplicates over lines' 'crm-dedupe -t vehicle --pairs --threshold 0 --review 0 <lines'
out_has 'by the fields it may be matched by' '"a":"v1","b":"v2".*"field":"model"'
ok 'and over the store' 'crm-dedupe -a -t vehicle --pairs --threshold 0 --review 0'
out_has 'the same' '"a":"v1","b":"v2"'
printf 'Plate,Doors,Colour,Price,Driver\nQQ-1,5,blue,7,email:ann@x.example\nQQ-2,x,blue,7,\n' >v.csv
fails_with 3 'an import' 'crm-import -t vehicle -o new v.csv'
err_has 'checks its fields' "^crm-import: v.csv:3: 'Doors': not a number: 'x'"
ok 'what it gives can be added' 'crm-add <new'
out_has 'with its reference' '"plate":"QQ-1".*"driver":"c1"'
fails_with 3 'the store may be named' 'env -u CRM_STORE crm-import -s "$CRM_STORE" -t vehicle v.csv'
out_has 'by -s' QQ-1
fails_with 2 'without a store the type is unknown' 'CRM_STORE=$PWD/none crm-import -t vehicle v.csv'
echo '{"type":"contact","name":"A B","emails":["a@x.example"]}' >person
for p in 'crm-import -p auto' crm-export crm-check 'crm-dedupe -t contact'; do
	fails_with 4 "${p%% *}: a store that -s names has to be there" "$p -s \$PWD/none </dev/null"
	ok "${p%% *}: another need not" "CRM_STORE=\$PWD/none $p <person"
done
ok 'all is sound' 'crm verify'
done_testing
