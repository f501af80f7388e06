#!/bin/bash
# Consent of records that become one: never freer than any of them was.
. "${0%/*}/../lib.sh"

crm init -q
person() { echo "{\"type\":\"${3:-contact}\",\"id\":\"$1\",\"name\":\"P $1\",\"emails\":[\"$1@x.example\"],\"phones\":[\"+4420794600$2\"]}"; }
said() { echo "{\"type\":\"consent\",\"contact\":\"$1\",\"status\":\"$2\",\"at\":\"$3\"${4:+,$4}}"; }
news='"purpose":"news"' mail='"channel":"email"'
{
	for p in a b c d e f g h i k l m n o; do person $p 10; done
	person le 11 lead | jq -c '.converted={contact:"n"}'
	# one speaks of a purpose, another of a channel
	said a denied 2024-01-01T00:00:00Z "$news"
	said b granted 2025-01-01T00:00:00Z "$mail"
	# the same word in other letters, and a time in another zone
	said c withdrawn 2025-01-01T00:00:00+05:00 '"purpose":"News","channel":"EMAIL"'
	said d granted 2024-12-31T23:00:00Z "$news,$mail"
	# "any" is all of them
	said e denied 2024-01-01T00:00:00Z '"purpose":"any","channel":"any"'
	said f granted 2025-01-01T00:00:00Z "$news,$mail"
	# a general consent written down again hides no particular refusal
	said g granted 2025-01-01T00:00:00Z
	said g denied 2026-01-01T00:00:00Z "$news,$mail"
	said h granted 2024-01-01T00:00:00Z '"expires":"2027-01-01T00:00:00Z"'
	said h denied 2026-01-01T00:00:00Z "$news,$mail"
	# he had taken his own refusal back; the other never refused
	said i denied 2024-01-01T00:00:00Z "$news,$mail"
	said i granted 2025-01-01T00:00:00Z "$news,$mail"
	said k granted 2024-06-01T00:00:00Z "$news,$mail"
	# a word without a status is a refusal
	echo '{"type":"consent","contact":"l","purpose":"news","channel":"email","at":"2024-01-01T00:00:00Z"}'
	said m granted 2025-01-01T00:00:00Z "$news,$mail"
	# what the lead said that became the loser
	said le withdrawn 2024-01-01T00:00:00Z "$news,$mail"
	said o granted 2025-01-01T00:00:00Z "$news,$mail"
} >in.jsonl
crm-add -q in.jsonl
may() { crm-find contact "id:$1" | crm-consent --purpose "${2:-news}" --channel "${3:-email}" --at "${4:-2026-11-25T12:00:00Z}" -f id -F values; }
before=$(crm-find any -F jsonl | sed 's/"rev":[0-9]*,//')
is 'before, they may' "$(for p in b d f i k m o; do may $p; done | tr '\n' ' ')" 'b d f i k m o '
printf '%s\n' '{"keep":"b","merge":["a"]}' '{"keep":"d","merge":["c"]}' '{"keep":"f","merge":["e"]}' '{"keep":"g","merge":["h"]}' '{"keep":"k","merge":["i"]}' '{"keep":"m","merge":["l"]}' '{"keep":"o","merge":["n"]}' >plan
ok 'merged' 'crm-merge -q plan'
is 'a purpose and a channel' "$(may b)" ''
is 'what was not refused stays' "$(may b offers)" b
is 'other letters, another zone' "$(may d)" ''
is 'any' "$(may f)" ''
is 'a general consent for a time' "$(may g offers) $(may g offers email 2027-02-01T12:00:00Z)" 'g '
is 'hides no refusal' "$(may g)" ''
is 'a refusal that was taken back is none' "$(may k)" k
is 'no status is no consent' "$(may m)" ''
is 'words of a converted lead count' "$(may o)" ''
ok 'taken apart' 'crm-merge -q --undo last'
is 'all is as before' "$(crm-find any -F jsonl | sed 's/"rev":[0-9]*,//')" "$before"

# One who agreed this very moment, the clock standing still.
person p 12 | crm-add -q
person q 13 | crm-add -q
said p denied 2024-01-01T00:00:00Z "$news,$mail" | crm-add -q
said q granted "$CRM_NOW" "$news,$mail" | crm-add -q
echo '{"keep":"q","merge":["p"]}' | crm-merge -q
is 'the same moment' "$(may q)" ''
done_testing
