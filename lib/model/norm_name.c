#include "model/norm_name.h"
#include "base/utf8.h"

enum { TOKENS = 24, NAME_LIMIT = 400 };

struct tokens {
	struct crm_str t[TOKENS];
	size_t from, n;
};

/* In folded form, dots and quotes dropped. */
static const char honorifics[] = " mr mrs ms miss mx dr prof professor sir"
    " madam dame lord lady rev reverend hon judge capt captain col gen lt sgt"
    " fr sister brother rabbi imam sheikh sheikha herr frau fraulein hr"
    " dipl-ing ing mag m mme mlle mm monsieur madame mademoiselle maitre me"
    " sr sra srta don dona señor señora senor senora senorita sig sigra"
    " signor signora signorina dott dottssa avv arch geom rag dhr mevr mevrouw"
    " meneer drs fru froken pan pani pana dl dna dna. domnul doamna bay bayan"
    " sayın sn av doc mudr judr phdr mgr bc ir gospodin gospodja"
    " κ κος κα κυριος κυρια κυριοσ δις δρ δρα καθ καθηγητης καθηγητησ καθηγητρια"
    " πατηρ σεβ г-н г-жа гн гжа господин госпожа товарищ пан пани"
    " السيد السيده سيد سيده الانسه انسه الدكتور الدكتوره دكتور دكتوره د ا م ا.د"
    " الاستاذ استاذ الاستاذه المهندس مهندس الشيخ شيخ الحاج الحاجه"
    " מר גב גברת גב' דר ד\"ר דר' פרופ פרופ' עוד עו\"ד הרב אינג מרת ";

static const char suffixes[] = " jr sr ii iii iv junior senior phd ph.d md m.d"
    " mba esq dds cpa msc bsc dvm dphil llm llb edd pe rn ing csc"
    " τζουνιορ мл ст ml fils pere filho neto junior bt obe mbe cbe kc qc"
    " فيلس 先生 様 さん さま 氏 女士 小姐 씨 님 ";

static const char particles[] = " van von der den de del della dello degli di da"
    " do dos das du des d le la las los lo li ten ter te zu zum zur vom vande"
    " vanden vander op 't af av al el ul bin ibn bint ben bat abu abd um umm"
    " bou ould mac mc st saint san santa e y i"
    " του της των بن ابن بنت ابو ام ال ال עבד בן בת אבו אבן фон де ван дер ди ";

/* Does a list of folded words hold the word, folded, without its dots? */
static bool
word_listed(const char *listing, struct crm_str word)
{
	struct crm_buf f = { 0 }, key = { 0 };
	bool found = false;
	if (word.n == 0 || word.n > 64)
		return false;
	crm_fold_text(&f, word);
	crm_buf_c(&key, ' ');
	for (size_t i = 0; i < f.n; i++)
		if (f.p[i] != '.' && f.p[i] != ',')
			crm_buf_c(&key, f.p[i]);
	crm_buf_c(&key, ' ');
	found = key.n > 2 && strstr(listing, crm_buf_cstr(&key)) != NULL;
	crm_buf_release(&f);
	crm_buf_release(&key);
	return found;
}

/* The text from the beginning of token a to the end of token b - 1. */
static struct crm_str
span(const struct tokens *t, size_t a, size_t b)
{
	if (a >= b)
		return (struct crm_str){ 0 };
	const char *end = t->t[b - 1].p + t->t[b - 1].n;
	return (struct crm_str){ t->t[a].p, (size_t)(end - t->t[a].p) };
}

static void
split(struct crm_str s, struct tokens *t)
{
	size_t start = 0, l;
	bool in = false;
	t->from = t->n = 0;
	for (size_t i = 0; i <= s.n; i += l) {
		uint32_t c = i < s.n ? crm_utf8_decode(crm_str_sub(s, i, s.n),
		    &l) : ' ';
		if (i == s.n)
			l = 1;
		if (crm_is_space(c)) {
			if (in && t->n < TOKENS)
				t->t[t->n++] = crm_str_sub(s, start, i -
				    start);
			in = false;
		} else if (!in) {
			in = true;
			start = i;
		}
	}
	/* a name of more words than that: the last takes the rest */
	if (t->n == TOKENS)
		t->t[TOKENS - 1].n = (size_t)(s.p + s.n -
		    t->t[TOKENS - 1].p);
}

static enum crm_script
script_of(struct crm_str s)
{
	size_t l;
	for (; s.n; s = crm_str_sub(s, l, s.n)) {
		enum crm_script sc = crm_script_of(crm_utf8_decode(s, &l));
		if (sc != CRM_SCRIPT_OTHER)
			return sc;
	}
	return CRM_SCRIPT_OTHER;
}

/* "(Bill)" or "\"Bill\"" inside: cut out where it stands at the end or
 * between two words, the view then ends before it. */
static struct crm_str
cut_nick(struct crm_str s, struct crm_str *nick)
{
	static const char pairs[][2] = { { '(', ')' }, { '"', '"' },
		{ '[', ']' } };
	for (size_t i = 0; i < CRM_LEN(pairs); i++) {
		if (s.n < 3 || s.p[s.n - 1] != pairs[i][1])
			continue;
		struct crm_str head = crm_str_sub(s, 0, s.n - 1);
		size_t at = crm_str_chr(head, pairs[i][0]);
		if (at == 0 || at == head.n || s.p[at - 1] != ' ')
			continue;
		*nick = crm_str_sub(head, at + 1, head.n);
		return crm_str_trim(crm_str_sub(s, 0, at));
	}
	return s;
}

static void
cut_titles(struct tokens *t, struct crm_person *out)
{
	size_t from = t->from, end = t->n;
	while (t->from + 1 < t->n && word_listed(honorifics,
	    t->t[t->from]))
		t->from++;
	while (t->n > t->from + 1 && word_listed(suffixes,
	    t->t[t->n - 1]))
		t->n--;
	out->prefix = span(t, from, t->from);
	out->suffix = span(t, t->n, end);
}

/* Chinese and Korean names written in one piece: family name first, of two
 * characters where it is one of the known ones. */
static void
parse_joined(struct crm_str s, enum crm_script sc, struct crm_str country,
    struct crm_person *out)
{
	static const char two[] = " 欧阳 歐陽 司马 司馬 上官 诸葛 諸葛 东方 東方"
	    " 皇甫 尉迟 公孙 公孫 慕容 令狐 司徒 夏侯 南宫 南宮 端木 남궁 황보"
	    " 제갈 사공 선우 서문 독고 ";
	size_t chars = s.n / 3, take = 3;
	char word[9] = " ";
	if (s.n >= 6)
		memcpy(word + 1, s.p, 6);
	word[s.n >= 6 ? 7 : 1] = ' ';
	if (s.n % 3 || chars < 2)
		return;
	if ((chars > 2 && strstr(two, word)) ||
	    (crm_str_is(country, "JP") && chars >= 3))
		take = 6;
	if (sc == CRM_SCRIPT_HANGUL && chars > 4)
		return;
	out->family = crm_str_sub(s, 0, take);
	out->given = crm_str_sub(s, take, s.n);
	out->family_first = true;
}

static bool
is_upper(struct crm_str s)
{
	size_t letters = 0, l;
	for (; s.n; s = crm_str_sub(s, l, s.n)) {
		uint32_t c = crm_utf8_decode(s, &l);
		struct crm_buf f = { 0 };
		if (!crm_is_letter(c))
			continue;
		crm_fold(&f, crm_str_sub(s, 0, l));
		bool small = crm_str_eq(crm_buf_view(&f),
		    crm_str_sub(s, 0, l));
		crm_buf_release(&f);
		if (small)
			return false;
		letters++;
	}
	return letters > 1;
}

/* "DUPONT Jean": capitals in front of mixed case. */
static size_t
capital_run(const struct tokens *t)
{
	size_t i = t->from;
	while (i < t->n && is_upper(t->t[i]))
		i++;
	return i > t->from && i < t->n && !is_upper(t->t[t->n - 1]) &&
	    t->t[t->from].n > 2 ? i : 0;
}

static bool
in_list(const char *codes, struct crm_str country)
{
	char word[5];
	snprintf(word, sizeof(word), " %.*s ", CRM_FMT(crm_str_sub(country, 0,
	    2)));
	return country.n == 2 && strstr(codes, word);
}

/* Where the family name begins in a name of given names first. */
static size_t
family_start(const struct tokens *t, struct crm_str country)
{
	static const char two_names[] = " ES MX AR CO CL PE VE EC BO CR CU DO"
	    " GT HN NI PA PY SV UY PR ";
	size_t words = t->n - t->from, at = t->n - 1;
	if (words >= 3 && in_list(two_names, country) && words < 6)
		at = t->n - 2;
	while (at > t->from + 1 && word_listed(particles, t->t[at - 1]))
		at--;
	/* two Spanish names, the first with a particle: "Ana de la Cruz" */
	return at;
}

static void
parse_tokens(struct tokens *t, struct crm_str country, struct crm_person *out)
{
	static const char family_first[] = " HU VN ";
	enum crm_script sc = script_of(span(t, t->from, t->n));
	bool east = sc == CRM_SCRIPT_HAN || sc == CRM_SCRIPT_KANA ||
	    sc == CRM_SCRIPT_HANGUL;
	size_t caps = capital_run(t), words = t->n - t->from;
	if (words == 0)
		return;
	if (words == 1) {
		out->family = t->t[t->from];
		if (east)
			parse_joined(t->t[t->from], sc, country, out);
		return;
	}
	size_t cut = caps;
	if (!cut && (east || in_list(family_first, country))) {
		cut = t->from + 1;
		while (cut + 1 < t->n && word_listed(particles,
		    t->t[cut - 1]))
			cut++;
	}
	if (cut) {
		out->family = span(t, t->from, cut);
		out->given = span(t, cut, t->n);
		out->family_first = true;
		return;
	}
	cut = family_start(t, country);
	out->given = span(t, t->from, cut);
	out->family = span(t, cut, t->n);
}

/* "Surname, Given Jr." and "Given Surname, PhD". */
static void
parse_comma(struct crm_str before, struct crm_str after,
    struct crm_str country, struct crm_person *out)
{
	struct tokens a, b;
	split(before, &a);
	split(after, &b);
	size_t known = 0;
	for (size_t i = 0; i < b.n; i++)
		known += word_listed(suffixes, b.t[i]);
	if (b.n == 0 || known == b.n) {
		cut_titles(&a, out);
		parse_tokens(&a, country, out);
		if (b.n)
			out->suffix = after;
		return;
	}
	struct crm_person tail = { 0 };
	cut_titles(&b, out);
	cut_titles(&a, &tail);
	if (!out->prefix.n)
		out->prefix = tail.prefix;
	if (!out->suffix.n)
		out->suffix = tail.suffix;
	out->family = span(&a, a.from, a.n);
	out->given = span(&b, b.from, b.n);
	out->family_first = true;
}

void
crm_person_parse(struct crm_str full, struct crm_str country,
    struct crm_person *out)
{
	struct tokens t;
	memset(out, 0, sizeof(*out));
	full = crm_str_trim(full);
	if (full.n == 0 || full.n > NAME_LIMIT) {
		out->family = full;
		return;
	}
	full = cut_nick(full, &out->nick);
	size_t comma = crm_str_chr(full, ',');
	if (comma > 0 && comma < full.n) {
		parse_comma(crm_str_trim(crm_str_sub(full, 0, comma)),
		    crm_str_trim(crm_str_sub(full, comma + 1, full.n)),
		    country, out);
		return;
	}
	split(full, &t);
	if (t.n == 0) {
		out->family = full;
		return;
	}
	cut_titles(&t, out);
	parse_tokens(&t, country, out);
}
