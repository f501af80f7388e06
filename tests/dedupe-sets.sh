# The labelled sets of $CRM_TESTDATA/dedupe: what to compare in each, and how
# the answer is scored. Sourced by the quality tests and the benchmark.
# shellcheck shell=bash

# dedupe_rules SET: its rules as JSON; SOURCE is the column of --link, if any.
dedupe_rules() {
	local f k out='' febrl='given_name:given_name surname:family_name
	    street_number:code address_1:street address_2:street suburb:city
	    postcode:postcode state:code date_of_birth:date soc_sec_id:code'
	case $1 in
	febrl*) set -- $febrl ;;
	splink_fake_1000) set -- first_name:given_name surname:family_name \
	    dob:date city:city email:email ;;
	RLdata500) set -- fname_c1:given_name fname_c2:given_name \
	    lname_c1:family_name lname_c2:family_name by:date bm:date bd:date ;;
	census_841) set -- last_name:family_name first_name:given_name \
	    middle:given_name number:code street:street ;;
	oaei_persons1) set -- age:code date_of_birth:date given_name:given_name \
	    house_number:code is_in_suburb:city phone_numer:phone \
	    postcode:postcode soc_sec_id:code state:code street:street \
	    surname:family_name ;;
	fodors_zagats) set -- name:organisation addr:street city:city \
	    phone:phone type:text ;;
	dedupe_restaurant_nophone) set -- name:organisation address:street \
	    city:city cuisine:text ;;
	*) set -- name:name given:given_name surname:family_name \
	    company:organisation email:email phone:phone street:street \
	    postcode:postcode city:city country:country birth_date:date \
	    tax_id:code ;;
	esac
	for f in "$@"; do
		k=${f#*:}
		out="$out{\"field\":\"${f%%:*}\",\"kind\":\"$k\"},"
	done
	echo "{\"fields\":[${out%,}]}"
}

# Lines of JSON from a CSV file without quotes in it.
csv_lines() {
	awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) { sub(/\r$/, "", $i)
	    h[i] = $i }; next }
	{ line = ""; sub(/\r$/, ""); for (i = 1; i <= NF; i++) if ($i != "") {
	    v = $i; gsub(/\\/, "\\\\", v)
	    line = line (line == "" ? "" : ",") "\"" h[i] "\":\"" v "\"" }
	  print "{" line "}" }' "$1"
}

# dedupe_f1 CLUSTERS TRUTH: "precision recall F1", pair by pair. TRUTH is
# id,cluster or id_a,id_b.
dedupe_f1() {
	sed 's/.*"ids":\["//; s/"\].*//; s/","/ /g' "$1" | awk -v truth="$2" '
	function pair(a, b) { return a < b ? a " " b : b " " a }
	BEGIN {
		FS = ","; getline line < truth; split(line, h, ",")
		while ((getline line < truth) > 0) {
			sub(/\r$/, "", line); split(line, t, ",")
			if (h[1] == "id_a") { want[pair(t[1], t[2])] = 1; all++ }
			else { n[t[2]]++; m[t[2], n[t[2]]] = t[1] }
		}
		for (c in n) for (i = 1; i <= n[c]; i++)
			for (j = i + 1; j <= n[c]; j++) {
				want[pair(m[c, i], m[c, j])] = 1; all++ }
		FS = " "
	}
	{ k = split($0, id, " "); for (i = 1; i <= k; i++)
		for (j = i + 1; j <= k; j++) { said++
			hit += pair(id[i], id[j]) in want } }
	END { p = said ? hit / said : 1; r = all ? hit / all : 1
		printf "%.4f %.4f %.4f\n", p, r, p + r ? 2 * p * r / (p + r) : 0 }'
}

# The link column of sets that come from two sources.
dedupe_link() {
	case $1 in
	febrl4 | oaei_persons1 | fodors_zagats) echo '--link source' ;;
	esac
}
