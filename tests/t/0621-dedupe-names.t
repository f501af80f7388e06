#!/bin/bash
# What crm-dedupe makes of two names, given and family name apart.
. "${0%/*}/../lib.sh"

cat >rules.json <<'X'
{"fields":[{"field":"first","kind":"given_name"},{"field":"middle","kind":"given_name"},{"field":"last","kind":"family_name"}]}
X
# The level of the given name: "missing" where nothing can be said of it.
level() {
	local got
	got=$(echo "{\"a\":$1,\"b\":$2}" | crm-dedupe --compare --rules rules.json |
		jq -r '[._why[] | select(.field == "first") | .level][0] // "missing"')
	is "$1 and $2: $3" "$got" "$3"
}
level '{"first":"Doreen","middle":"J","last":"Heller"}' \
	'{"middle":"J","last":"Heller"}' missing
level '{"middle":"J","last":"Heller"}' '{"middle":"J","last":"Heller"}' missing
level '{"first":"J","last":"Heller"}' '{"first":"J","last":"Heller"}' initial
level '{"first":"J","last":"Heller"}' '{"first":"Doreen","middle":"J","last":"Heller"}' missing
level '{"first":"J","last":"Heller"}' '{"first":"Julia","last":"Heller"}' initial
level '{"first":"Lawrence","middle":"A","last":"Duffy-Tyler"}' \
	'{"first":"Allicia","last":"Duffy-Tyler"}' different
level '{"first":"Tyler Natasha","middle":"M","last":"Duffy"}' \
	'{"first":"Tyler Benjamin","middle":"M","last":"Duffy"}' 'middle name differs'
level '{"last":"Martinez Stone"}' '{"first":"Erika","last":"Martinez Stone"}' missing
level '{"last":"Erika Martinez"}' '{"first":"Erika","last":"Martinez"}' 'fewer names'
level '{"last":"ErikaMartinez"}' '{"first":"Erika","last":"Martinez"}' near
level '{"first":"Heller","last":"Doreen"}' '{"first":"Doreen","last":"Heller"}' 'fewer names'

# Of names in another script the one that sounds like it scores best.
echo '{"fields":[{"field":"last","kind":"family_name"}]}' >rules.json
ranked() {
	local want=$2 name
	for name in "${@:2}"; do
		echo "{\"a\":{\"last\":\"$1\"},\"b\":{\"last\":\"$name\"}}"
	done | shuf --random-source=/dev/zero |
		crm-dedupe --compare --rules rules.json |
		jq -rs 'sort_by(-._score) | [.[] | .b.last] | .[0]' >best
	is "$1 is $want, not ${*:3}" "$(cat best)" "$want"
}
ranked كوهان cohan chinua kangana çayan
ranked سيرج serge suarez
ranked بيسانو pisanu boujenah pesiani
ranked כהן cohen levin
ranked Παπαδόπουλος papadopoulos papadakis pappas
ranked хирая hiraya karuho heier
ranked вильруа villeroi vallery
ranked タナカ tanaka tanokura donohue
ranked كوبر cooper gabourey
ranked جسام jassam jamie
ranked лисимах lysimachus lissák
done_testing
