#!/bin/bash
# A person with 50 canaries, in everything that points there and that happened
# since; for the tests of erasing.
# shellcheck shell=bash
P=01JERASEMEPERSON0000000001 L=01JERASEMELOSER00000000002
fill() {	# their lines
	cat <<END
{"type":"contact","id":"$P","name":"Canary01 Papadopoulou","given_name":"Canary02","family_name":"Canary03","emails":["canary04@x.example","canary05@y.example"],"phones":["+302101234567","+306971234567"],"title":"Canary06","address":{"street":"Canary07 3","city":"Canary08"},"birthday":"1980-01-02","notes":"canary09","ext":{"hubspot":"canary10"},"raw":{"Col":"canary11"},"labels":{"canary04@x.example":"canary12"},"nickname":"canary14","tags":["canary15"]}
{"type":"contact","id":"$L","name":"Canary16 Papadopoulou","emails":["canary17@x.example"],"notes":"canary18"}
{"type":"contact","id":"other","name":"Other","emails":["o@x.example"],"phones":["+302101234567"]}
{"type":"account","id":"acme","name":"Acme","notes":"boss is Canary01 Papadopoulou"}
{"type":"deal","id":"d1","contacts":["$P","other"],"name":"Licence Canary03","amount":"100.00","currency":"EUR","notes":"canary20 likes tea","next_step":"call canary04@x.example"}
{"type":"activity","id":"a1","kind":"email","contact":"$P","subject":"canary21","body":"canary22","at":"2026-01-01T00:00:00Z"}
{"type":"activity","id":"a2","kind":"note","subject":"canary23","body":"canary24"}
{"type":"activity","id":"a3","kind":"note","contact":"$P","subject":"canary25","body":"canary26"}
{"type":"activity","id":"a4","kind":"note","contact":"other","body":"about the other"}
{"type":"ticket","id":"t1","contact":"$P","subject":"canary27","description":"canary28","status":"open"}
{"type":"purchase","id":"b1","contact":"$P","amount":"12.50","currency":"EUR","notes":"canary29","raw":{"Buyer":"canary30"}}
{"type":"consent","id":"c1","contact":"$P","status":"granted","purpose":"news","channel":"email","proof":"canary31"}
{"type":"survey","id":"s1","contact":"$L","kind":"nps","score":9,"comment":"canary32"}
{"type":"link","id":"l1","from":"$P","to":"acme","role":"canary33"}
{"type":"list","id":"list1","name":"VIP","members":["$P","other"]}
{"type":"campaign","id":"k1","name":"Camp"}
{"type":"member","id":"m1","campaign":"k1","contact":"$P","notes":"canary34"}
{"type":"points","id":"pt1","contact":"$P","points":5,"reason":"canary35"}
{"type":"lead","id":"01JERASEMELEAD000000000003","name":"Canary36 Lead","emails":["canary37@x.example"],"notes":"canary39","raw":{"x":"canary13 canary38"}}
{"type":"invoice","id":"i1","account":"acme","amount":"5.00","currency":"EUR"}
END
}
live() {	# what happens to them: edits, files, deletion, merge, conversion
	crm-edit -q $P title=canary40 -m 'why canary41'
	crm-edit -q a1 body=canary42 -m canary19
	crm-edit -q a2 contact=$P -m canary43
	echo canary44 >canary44.txt
	echo of both >both.txt
	crm-edit -q $P attach@=canary44.txt attach@=both.txt
	crm-edit -q acme attach@=both.txt
	crm-edit -q a1 attach@=canary44.txt
	crm-rm -q a3
	crm-edit -q a4 contact=$P body=canary45
	crm-edit -q a4 contact=other body='about the other'
	echo "{\"keep\":\"$P\",\"merge\":[\"$L\"]}" | crm-merge -q
	crm-edit -q $P email+=canary46@x.example
	crm-edit -q $P email-=canary46@x.example
	echo '{"type":"contact","id":"'$P'","nickname":"canary47"}' >canary48.jsonl
	crm-add -q --upsert id canary48.jsonl
	crm-edit -q $P nickname=canary49 && crm-history undo last -q
	crm-convert -q --no-deal 01JERASEMELEAD000000000003 -m canary50
	lead=$(crm-find contact email=canary37@x.example -F ids)
	echo "{\"keep\":\"$P\",\"merge\":[\"$lead\"]}" | crm-merge -q
}
# what of it lies in any file
canaries() {
	find "$CRM_STORE" -type f -exec grep -aoihE 'canary[0-9]+' {} + | sort -u
}
