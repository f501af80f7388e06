#!/bin/bash
# like: one name in any script; by the match index as by reading everything.
. "${0%/*}/../lib.sh"

crm init -q --index match
given='محمد Muhammad Mohammed Mohamed Γιώργος Giorgos Yiorgos Мария Maria Μαρία מרים Miriam Sergey Сергей Сергій Nikos Νίκος Jürgen Juergen Søren José Zoë Ann Li Γιάννης Somchai สมชาย Rajesh राजेश タナカ'
family='Παπαδόπουλος Papadopoulos Papadopoulou כהן Cohen Kohen Cohn Шевченко Shevchenko Müller Mueller Schmidt Smith Smythe Lee Levi לוי Haddad حداد García Garcia Ng 田中 Tanaka 김 Kim 陳 Chan შევარდნაძე Shevardnadze Ավետիսյան Avetisyan'
n=0
for g in $given; do
	for f in $family; do
		n=$((n + 1))
		case $((n % 3)) in
		0) echo "{\"type\":\"contact\",\"id\":\"c$n\",\"name\":\"$g $f\"}" ;;
		1) echo "{\"type\":\"contact\",\"id\":\"c$n\",\"given_name\":\"$g\",\"family_name\":\"$f\"}" ;;
		*) echo "{\"type\":\"account\",\"id\":\"c$n\",\"name\":\"$f & $g Ltd\"}" ;;
		esac
	done
done >in.jsonl
# Strangers, so that a name is rare enough for an index.
for i in {1..1500}; do
	echo "{\"type\":\"contact\",\"name\":\"Wxyz$i\"}"
	echo "{\"type\":\"account\",\"name\":\"Brzk$i\"}"
done | cat in.jsonl - | crm-add -q
crm backup all.jsonl
crm -s plain init -q
crm -s plain restore -q all.jsonl
crm -s plain config index.match off

names() {
	crm-find contact "like:$1" -f name,given_name -F values | sort -u | tr -s '\t\n' ' '
}
is 'محمد is Muhammad is Mohammed' "$(crm-find contact like:محمد -F ids | tr '\n' ' ')" "$(crm-find contact like:Mohammed -F ids | tr '\n' ' ')"
is 'and there are as many as must be' "$(crm-find contact like:Muhammad --count)" "$(jq -r 'select(.type=="contact")|.name//.given_name' in.jsonl | grep -c -E 'محمد|Muhammad|Mohammed|Mohamed')"
is 'Παπαδόπουλος is Papadopoulos' "$(crm-find any like:Παπαδόπουλος --count)" "$(crm-find any like:Papadopoulos --count)"
is 'כהן is Cohen' "$(crm-find any like:כהן --count)" "$(crm-find any like:Cohen --count)"
while read -r native latin; do
	crm-find any "like:$native" -F ids | sort >native
	crm-find any "name:$latin" or "family_name:$latin" or "given_name:$latin" -F ids | sort >latin
	is "$latin is found by $native" "$([ -s latin ] && comm -13 native latin)" ''
	crm-find any "like:$latin" -F ids | sort >found
	crm-find any "name:$native" or "family_name:$native" or "given_name:$native" -F ids | sort >native
	is "and $native by $latin" "$([ -s native ] && comm -13 found native)" ''
done <<X
田中 Tanaka
김 Kim
陳 Chan
สมชาย Somchai
राजेश Rajesh
タナカ Tanaka
შევარდნაძე Shevardnadze
Ավետիսյան Avetisyan
X
ok 'an index answers' 'crm-find contact like:محمد --explain'
out_has 'and says so' 'contact: index match'
ok 'both words' "crm-find contact 'like:Μαρία Cohen' --explain"
out_has 'are looked up' 'index match \([0-9]+\) and match'
ok 'without' 'crm-find -s plain contact like:محمد --explain'
out_has 'all is read' 'contact: scan'

bad=0
count=0
same_answer() {
	count=$((count + 1))
	[ "$(crm-find "$@" -F ids)" = "$(crm-find -s plain "$@" -F ids)" ] || {
		bad=$((bad + 1))
		echo "# differs: $*"
	}
}
for w in $given $family; do
	same_answer any "like:$w"
	same_answer contact "like:$w Cohen"
	same_answer any "not like:$w" type:contact
done
is "the index finds what reading everything finds ($count questions)" $bad 0
same_answer any like:Smith or like:כהן
same_answer contact like:Lee name:Ann
is 'joined with other terms' $bad 0

crm-find contact like:Mohammed | sed 's/"name":"[^"]*"/"name":"Peter Pan"/' | crm-add -q --upsert id
crm-rm -q c1 2>/dev/null
is 'a changed name is not found' "$(crm-find contact like:Mohammed name:Pan --count)" 0
is 'nor lost' "$(crm-find contact 'like:Peter Pan' --count)" "$(crm-find contact 'name:Peter' --count)"
fails_with 2 'no name at all' 'crm-find contact like:---'
done_testing
