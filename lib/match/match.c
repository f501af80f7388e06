#include "match/inner.h"

#include "base/utf8.h"

static enum crm_feat
feat_of(enum crm_match_kind k)
{
	switch (k) {
	case CRM_MATCH_GIVEN: return CRM_F_GIVEN;
	case CRM_MATCH_FAMILY: return CRM_F_FAMILY;
	case CRM_MATCH_NAME: case CRM_MATCH_ORG: return CRM_F_ORG;
	case CRM_MATCH_EMAIL: return CRM_F_EMAIL;
	case CRM_MATCH_PHONE: return CRM_F_PHONE;
	case CRM_MATCH_DATE: return CRM_F_DATE;
	case CRM_MATCH_CODE: return CRM_F_CODE;
	case CRM_MATCH_STREET: return CRM_F_STREET;
	case CRM_MATCH_POSTCODE: return CRM_F_POST;
	case CRM_MATCH_CITY: return CRM_F_CITY;
	case CRM_MATCH_COUNTRY: return CRM_F_COUNTRY;
	case CRM_MATCH_TEXT: case CRM_MATCH_KINDS: break;
	}
	return CRM_F_TEXT;
}

/* Columns that gather all fields of their kind: the parts of a person's name,
 * mail addresses, telephone numbers. */
static int
column_for(struct crm_match *m, const struct crm_match_field *f)
{
	enum crm_feat feat = feat_of(f->kind);
	bool shared = feat <= CRM_F_FAMILY || feat == CRM_F_EMAIL ||
	    feat == CRM_F_PHONE;
	for (size_t i = 0; shared && i < m->ncols; i++)
		if (m->col[i].feat == feat)
			return (int)i;
	struct crm_col *c = &m->col[m->ncols];
	c->feat = feat;
	c->name = f->name;
	return (int)m->ncols++;
}

static void
make_columns(struct crm_match *m)
{
	struct crm_match_field extra;
	m->given = m->family = m->org = m->name = -1;
	int company = -1;
	for (size_t i = 0; i < m->o.nfields; i++) {
		const struct crm_match_field *f = &m->o.field[i];
		bool again = f->kind == CRM_MATCH_NAME && m->name >= 0;
		int c = again ? m->name : column_for(m, f);
		m->place[i] = (uint8_t)c;
		if (f->kind == CRM_MATCH_GIVEN)
			m->given = c;
		if (f->kind == CRM_MATCH_FAMILY)
			m->family = c;
		if (f->kind == CRM_MATCH_NAME)
			m->name = m->org = c;
		if (f->kind == CRM_MATCH_ORG && company < 0)
			company = c;
	}
	bool person = m->name >= 0 || m->given >= 0 || m->family >= 0;
	if (person && m->given < 0) {
		extra = (struct crm_match_field){ CRM_STR("given_name"),
			CRM_MATCH_GIVEN };
		m->given = column_for(m, &extra);
	}
	if (person && m->family < 0) {
		extra = (struct crm_match_field){ CRM_STR("family_name"),
			CRM_MATCH_FAMILY };
		m->family = column_for(m, &extra);
	}
	if (!person && company >= 0)
		m->org = company;
	if (m->org >= 0)
		m->col[m->org].own = true;
}

enum crm_status
crm_match_new(const struct crm_match_opts *o, struct crm_match **out,
    struct crm_err *err)
{
	*out = NULL;
	if (o->nfields + 2 > CRM_MAXCOL || o->nfields == 0)
		return crm_err_set(err, CRM_USAGE, "match.fields",
		    _("between 1 and %d fields can be compared"),
		    CRM_MAXCOL - 2);
	struct crm_match *m = crm_zalloc(sizeof(*m));
	m->o = *o;
	if (m->o.threads == 0)
		m->o.threads = 1;
	if (m->o.group <= 0)
		m->o.group = 0.5;
	crm_lexicon_init(&m->words, o->nicknames);
	crm_han_load(&m->han, o->pinyin);
	/* Words 1 and 2 are marks: a comma (at the beginning: a company), and
	 * at the beginning of a name that is a person's. */
	crm_token(m, crm_str_z(" "));
	crm_token(m, crm_str_z("  "));
	make_columns(m);
	crm_match_w_default(m);
	if (m->o.threads > 1)
		m->intake = crm_intake_new(m);
	*out = m;
	return CRM_OK;
}

void
crm_match_free(struct crm_match *m)
{
	if (m == NULL)
		return;
	crm_intake_free(m->intake);
	crm_lexicon_release(&m->words);
	crm_han_release(&m->han);
	crm_scribes_release(&m->scribes);
	free(m->read);
	crm_intern_release(&m->tokens);
	crm_intern_release(&m->latin);
	crm_intern_release(&m->sim);
	crm_intern_release(&m->sources);
	free(m->tok);
	for (size_t i = 0; i < m->ncols; i++)
		crm_col_release(&m->col[i]);
	crm_col_release(&m->names);
	crm_arena_release(&m->text);
	free(m->id);
	free(m->age);
	free(m->content);
	free(m->row);
	free(m->source);
	free(m->input);
	crm_buf_release(&m->fold);
	crm_buf_release(&m->scratch);
	crm_buf_release(&m->words_buf);
	crm_buf_release(&m->rest_buf);
	crm_buf_release(&m->said_text);
	free(m->said);
	free(m->cand.first);
	free(m->cand.rec);
	free(m->cand.pat);
	free(m->cand.pattern);
	free(m->cand.times);
	free(m->pair);
	free(m->odds);
	free(m->cluster);
	free(m->member);
	free(m->copy);
	free(m->whole);
	free(m->whole_member);
	free(m);
}

/* The normal form of one raw value, into out. */
static void
normal(struct crm_match *m, enum crm_match_kind k, struct crm_str raw,
    struct crm_buf *out)
{
	switch (k) {
	case CRM_MATCH_EMAIL:
		crm_match_norm_email(raw, out);
		break;
	case CRM_MATCH_PHONE:
		crm_match_norm_phone(raw, out);
		break;
	case CRM_MATCH_DATE:
		crm_match_norm_date(raw, out);
		break;
	case CRM_MATCH_CODE:
		crm_match_norm_code(raw, out);
		break;
	case CRM_MATCH_POSTCODE:
		crm_match_norm_post(raw, out);
		break;
	case CRM_MATCH_COUNTRY:
		crm_match_norm_country(raw, out);
		break;
	case CRM_MATCH_STREET:
		crm_match_norm_street(m, raw, out);
		break;
	case CRM_MATCH_ORG:
		crm_match_norm_org(m, raw, out);
		break;
	case CRM_MATCH_GIVEN: case CRM_MATCH_FAMILY: case CRM_MATCH_NAME:
	case CRM_MATCH_CITY: case CRM_MATCH_TEXT: case CRM_MATCH_KINDS:
		crm_match_norm_words(m, raw, out);
		break;
	}
}

/* True where a full name may hold a legal form: a word of one, or letters
 * that stand alone (S.p.A.). */
static bool
may_be_legal(const struct crm_match *m, const struct crm_buf *words,
    size_t from)
{
	size_t single = 0;
	for (size_t i = from; i + 4 <= words->n; i += 4) {
		uint32_t t;
		memcpy(&t, words->p + i, 4);
		uint16_t f = m->tok[t].word->flags;
		if (f & (CRM_WORD_LEGAL | CRM_WORD_PHRASE) || m->tok[t].han)
			return true;
		struct crm_str s = crm_intern_str(&m->tokens, t);
		/* Korean forms are glued to the name. */
		if (s.n > 6 && (unsigned char)s.p[0] >= 0xea)
			return true;
		single += m->tok[t].len == 1;
	}
	return single >= 2;
}

/* A full name: its words, a mark before them where it is known whose it is: a
 * company's by its legal form or the caller's word, a person's by that. */
static void
normal_name(struct crm_match *m, struct crm_str raw, struct crm_buf *out)
{
	size_t from = out->n;
	uint32_t mark = 0, legal = 0;
	crm_match_norm_words(m, raw, out);
	if (m->subject != CRM_MATCH_PERSONS && may_be_legal(m, out, from)) {
		struct crm_buf org = { 0 };
		crm_match_norm_org(m, raw, &org);
		if (org.n >= 4)
			memcpy(&legal, org.p, 4);
		crm_buf_release(&org);
	}
	if (legal || m->subject == CRM_MATCH_ORGANISATIONS)
		mark = 1;
	else if (m->subject == CRM_MATCH_PERSONS)
		mark = 2;
	if (mark == 0 || out->n == from)
		return;
	crm_buf_add(out, &mark, 4);
	memmove(out->p + from + 4, out->p + from, out->n - from - 4);
	memcpy(out->p + from, &mark, 4);
}

/* True where the first field of a kind is empty and another is not. */
static bool
lacks_first(const struct crm_match *m, const struct crm_match_vals *vals,
    enum crm_match_kind kind)
{
	bool empty = false;
	for (size_t i = 0; i < m->o.nfields; i++) {
		if (m->o.field[i].kind != kind)
			continue;
		if (vals[i].n)
			return empty;
		empty = true;
	}
	return false;
}

/* Given or family names of all fields of the kind as one list, without titles
 * (unless there is nothing else). A middle initial alone, where the first name
 * has a field that is empty, is no name: it would be taken for the first. */
static void
add_parts(struct crm_match *m, const struct crm_match_vals *vals,
    enum crm_match_kind kind, struct crm_buf *b)
{
	for (size_t i = 0; i < m->o.nfields; i++)
		for (size_t k = 0; m->o.field[i].kind == kind &&
		    k < vals[i].n; k++)
			normal(m, kind, vals[i].v[k], b);
	uint32_t w[64];
	size_t n = b->n / 4 < 64 ? b->n / 4 : 64, kept = 0, letters = 0;
	for (size_t i = 0; i < n; i++) {
		uint32_t t;
		memcpy(&t, b->p + i * 4, 4);
		letters += m->tok[t].len;
		if (t != 1 && !(m->tok[t].word->flags & CRM_WORD_TITLE &&
		    n > 1 && m->tok[t].len > 1))
			w[kept++] = t;
	}
	if (kept > CRM_MAXTOK)
		kept = CRM_MAXTOK;
	if (letters == n && lacks_first(m, vals, kind))
		kept = 0;
	crm_buf_clear(b);
	crm_buf_add(b, w, kept * 4);
}

static void
add_values(struct crm_match *m, size_t rec, size_t col,
    const struct crm_match_vals *vals, struct crm_buf *b)
{
	uint32_t v[8];
	size_t n = 0;
	struct crm_col *c = (int)col == m->name ? &m->names : &m->col[col];
	bool part = c->feat <= CRM_F_FAMILY && c != &m->names;
	if (part) {
		crm_buf_clear(b);
		add_parts(m, vals, c->feat == CRM_F_GIVEN ? CRM_MATCH_GIVEN :
		    CRM_MATCH_FAMILY, b);
		v[n++] = crm_col_put(c, crm_buf_view(b));
	}
	for (size_t i = 0; i < m->o.nfields && !part; i++) {
		if (m->place[i] != col)
			continue;
		for (size_t k = 0; k < vals[i].n && n < CRM_LEN(v); k++) {
			crm_buf_clear(b);
			if (c == &m->names)
				normal_name(m, vals[i].v[k], b);
			else
				normal(m, m->o.field[i].kind, vals[i].v[k], b);
			v[n++] = crm_col_put(c, crm_buf_view(b));
		}
	}
	crm_col_set(c, rec, v, c == &m->names && n > 1 ? 1 : n);
}

/* True for columns of words, which share their table of words: they are filled
 * by one thread, the others may be by another. */
static bool
of_words(const struct crm_match *m, size_t col)
{
	switch (m->col[col].feat) {
	case CRM_F_EMAIL: case CRM_F_PHONE: case CRM_F_DATE: case CRM_F_CODE:
	case CRM_F_POST: case CRM_F_COUNTRY:
		return false;
	default:
		return true;
	}
}

void
crm_match_put_words(struct crm_match *m, size_t rec,
    enum crm_match_subject subject, const struct crm_match_vals *vals)
{
	m->subject = subject;
	for (size_t c = 0; c < m->ncols; c++)
		if (of_words(m, c))
			add_values(m, rec, c, vals, &m->words_buf);
}

void
crm_match_put_rest(struct crm_match *m, struct crm_str id,
    struct crm_str source, struct crm_str age,
    const struct crm_match_vals *vals)
{
	size_t n = m->n;
	crm_grow(&m->id, &m->cap[0], n + 1, sizeof(*m->id));
	crm_grow(&m->age, &m->cap[1], n + 1, sizeof(*m->age));
	crm_grow(&m->content, &m->cap[2], n + 1, sizeof(*m->content));
	crm_grow(&m->source, &m->cap[3], n + 1, sizeof(*m->source));
	crm_grow(&m->input, &m->cap[4], n + 1, sizeof(*m->input));
	m->id[n] = crm_arena_str(&m->text, id);
	m->age[n] = age.n ? crm_arena_str(&m->text, age) :
	    (struct crm_str){ 0 };
	m->source[n] = source.n ? crm_intern_put(&m->sources, source, NULL) : 0;
	m->input[n] = (uint32_t)n;
	uint64_t h = crm_hash_bytes(source, 7);
	for (size_t i = 0; i < m->o.nfields; i++)
		for (size_t k = 0; k < vals[i].n; k++)
			h = crm_mix64(h ^ crm_hash_bytes(vals[i].v[k], i + 11));
	m->content[n] = h;
	for (size_t c = 0; c < m->ncols; c++)
		if (!of_words(m, c))
			add_values(m, n, c, vals, &m->rest_buf);
	m->n++;
}

void
crm_match_put(struct crm_match *m, struct crm_str id, struct crm_str source,
    struct crm_str age, enum crm_match_subject subject,
    const struct crm_match_vals *vals)
{
	crm_match_put_words(m, m->n, subject, vals);
	crm_match_put_rest(m, id, source, age, vals);
}

void
crm_match_add(struct crm_match *m, struct crm_str id, struct crm_str source,
    struct crm_str age, const struct crm_match_vals *vals)
{
	enum crm_match_subject subject = m->next;
	m->next = CRM_MATCH_ANY;
	if (m->intake)
		crm_intake_add(m->intake, id, source, age, subject, vals);
	else
		crm_match_put(m, id, source, age, subject, vals);
}

void
crm_match_hint(struct crm_match *m, enum crm_match_subject subject)
{
	m->next = subject;
}

size_t
crm_match_count(const struct crm_match *m)
{
	return m->n + m->copies;
}

struct crm_str
crm_match_id(const struct crm_match *m, uint32_t rec)
{
	return m->id[rec];
}

uint32_t
crm_match_input(const struct crm_match *m, uint32_t rec)
{
	return m->input[rec];
}
