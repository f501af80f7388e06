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

# dedupe_name_pairs DIR: lines for --compare from its labelled pairs; the truth
# goes along as "is".
dedupe_name_pairs() {
	awk -F, '
	function quoted(s) { gsub(/\\/, "\\\\", s); gsub(/"/, "\\\"", s); return s }
	# The third column and what is left of the line, which may be in quotes.
	function rest(s) { sub(/^[^,]*,[^,]*,/, "", s); sub(/\r$/, "", s)
		if (s ~ /^".*"$/) { s = substr(s, 2, length(s) - 2); gsub(/""/, "\"", s) }
		return quoted(s) }
	FNR == 1 { file++; next }
	file == 1 { name[$1] = rest($0); type[$1] = $2; next }
	{ printf "{\"a\":{\"type\":\"%s\",\"name\":\"%s\"},", type[$1], name[$1]
	  printf "\"b\":{\"type\":\"%s\",\"name\":\"%s\"},", type[$2], name[$2]
	  printf "\"is\":%s}\n", $3 }' "$1/records.csv" "$1/pairs.csv"
}

# dedupe_pairs_f1 COMPARED: the same from --compare with "is", at even odds.
dedupe_pairs_f1() {
	awk '{ is = /"is":true/; match($0, /"_score":[0-9.]+/)
		says = substr($0, RSTART + 9, RLENGTH - 9) >= 0.5
		tp += is && says; fp += !is && says; fn += is && !says }
	END { p = tp + fp ? tp / (tp + fp) : 1; r = tp + fn ? tp / (tp + fn) : 1
		printf "%.4f %.4f %.4f\n", p, r, p + r ? 2 * p * r / (p + r) : 0 }' "$1"
}

# dedupe_cross_script TSV N: of N names in another script, the share whose
# Latin form scores best among 1,000 others; equal scores count in part.
dedupe_cross_script() {
	local n=$2
	awk -F'\t' '$1 != "" && $2 != "" && !/["\\]/' "$1" |
		awk -F'\t' -v n="$n" '
	{ lat[NR] = $1; nat[NR] = $2 }
	END { step = int(NR / 1000)
		for (i = 1; i <= n; i++) {
			q = i * int(NR / (n + 1))
			for (k = 0; k <= 1000; k++) {
				c = k ? 1 + (k * step + i) % NR : q
				if (k && lat[c] == lat[q]) continue
				printf "{\"a\":{\"type\":\"contact\",\"surname\":\"%s\"},", nat[q]
				printf "\"b\":{\"type\":\"contact\",\"surname\":\"%s\"},", lat[c]
				printf "\"q\":%d,\"right\":%d}\n", i, k == 0
			} } }' >cross.jsonl
	echo '{"fields":[{"field":"surname","kind":"family_name"}]}' >cross.json
	crm-dedupe --compare --rules cross.json cross.jsonl | awk -v n="$n" '
	{ match($0, /"q":[0-9]+/); q = substr($0, RSTART + 4, RLENGTH - 4)
	  match($0, /"_score":[0-9.]+/); s = substr($0, RSTART + 9, RLENGTH - 9)
	  if (/"right":1/) { mine[q] = s; tied[q] = 1 }
	  else if (s > mine[q]) lost[q] = 1
	  else if (s == mine[q]) tied[q]++ }
	END { for (q = 1; q <= n; q++) if (!lost[q]) sum += 1 / tied[q]
		printf "%.4f\n", sum / n }'
}

# dedupe_scripts TABLE N: for each script of the table (script, native, Latin
# spellings with bars) "script share": of N of its names, each with a spelling in
# turn, how many score best among the first spelling of all others.
dedupe_scripts() {
	awk -F'\t' -v n="$2" '/^#/ { next }
	{ rows++; script[rows] = $1; nat[rows] = $2; k[rows] = split($3, t, "|")
	  for (i = 1; i <= k[rows]; i++) lat[rows, i] = t[i]
	  if (!of[$1]++) order[++kinds] = $1; at[$1, of[$1]] = rows }
	function line(a, b, q, right) {
		printf "{\"a\":{\"surname\":\"%s\"},\"b\":{\"surname\":\"%s\"},", a, b
		printf "\"q\":\"%s\",\"right\":%d}\n", q, right }
	END { for (s = 1; s <= kinds; s++) {
		name = order[s]; step = of[name] > n ? of[name] / n : 1
		for (x = 1; x <= of[name]; x += step) {
			r = at[name, int(x)]
			right = lat[r, 1 + (r % k[r])]
			line(nat[r], right, name " " r, 1)
			for (o = 1; o <= rows; o++) {
				own = 0
				for (i = 1; i <= k[r]; i++)
					own += tolower(lat[r, i]) == tolower(lat[o, 1])
				if (o != r && !own && nat[o] != nat[r])
					line(nat[r], lat[o, 1], name " " r, 0)
			} } } }' "$1" >scripts.jsonl
	echo '{"fields":[{"field":"surname","kind":"family_name"}]}' >scripts.json
	crm-dedupe --compare --rules scripts.json scripts.jsonl | awk '
	{ match($0, /"q":"[^"]*"/); q = substr($0, RSTART + 5, RLENGTH - 6)
	  match($0, /"_score":[0-9.]+/); v = substr($0, RSTART + 9, RLENGTH - 9)
	  if (/"right":1/) { mine[q] = v; tied[q] = 1 }
	  else if (v > mine[q]) lost[q] = 1
	  else if (v == mine[q]) tied[q]++ }
	END { for (q in mine) { split(q, t, " "); all[t[1]]++
		if (!(q in lost)) won[t[1]] += 1 / tied[q] }
		for (s in all) printf "%s %.3f\n", s, won[s] / all[s] }' | sort
}

# judged TABLE FIELD: each line of the table (y or n, a value, another) to the file judged, " ok" behind where --compare
# says so too: 0.5 and more for y, less than 0.8 for n.
judged() {
	grep -v '^#' "$1" | awk -F'\t' -v field="$2" '
	function record(v) { gsub(/["\\]/, "\\\\&", v)
		return "{\"type\":\"contact\"," (field ~ /s$/ ? "\"" field "\":[\"" v "\"]" : \
		    "\"" field "\":\"" v "\"") "}" }
	{ printf "{\"a\":%s,\"b\":%s}\n", record($2), record($3) }' |
		crm-dedupe --compare >compared
	grep -v '^#' "$1" | paste - compared | awk -F'\t' '
	{ match($0, /"_score":[0-9.]+/); s = substr($0, RSTART + 9, RLENGTH - 9)
	  print $1, $2, "|", $3, s, ($1 == "y" ? s >= 0.5 : s < 0.8) ? "ok" : "WRONG" }' >judged
}

# dedupe_bands PAIRS TRUTH: lines "band pairs mean-probability share-right" for
# "match" (0.99 and more) and the tenths below it.
dedupe_bands() {
	awk -F, 'NR == FNR { if (FNR > 1) is[$1] = $2; next }
	{ split($0, t, "\""); a = t[4]; b = t[8]; match($0, /"_score":[0-9.]+/)
	  s = substr($0, RSTART + 9, RLENGTH - 9)
	  k = s >= 0.99 ? "match" : sprintf("%.1f", int(s * 10) / 10)
	  n[k]++; sum[k] += s; hit[k] += is[a] == is[b] }
	END { for (k in n) printf "%s %d %.4f %.4f\n", k, n[k], sum[k] / n[k],
		hit[k] / n[k] }' "$2" "$1" | sort
}
