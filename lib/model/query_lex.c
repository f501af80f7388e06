/* Words of the query language: splitting a text, telling terms from bare
 * words, quotes and lists of alternatives. */
#include "model/query_impl.h"

struct crm_q_word
crm_q_word_of(struct crm_str arg)
{
	static const struct {
		const char *s;
		enum crm_q_word_kind kind;
	} fixed[] = {
		{ "and", CRM_Q_W_AND }, { "AND", CRM_Q_W_AND },
		{ "or", CRM_Q_W_OR }, { "OR", CRM_Q_W_OR },
		{ "not", CRM_Q_W_NOT }, { "NOT", CRM_Q_W_NOT },
		{ "(", CRM_Q_W_OPEN }, { ")", CRM_Q_W_CLOSE },
	};
	for (size_t i = 0; i < CRM_LEN(fixed); i++)
		if (crm_str_is(arg, fixed[i].s))
			return (struct crm_q_word){ fixed[i].kind, arg };
	return (struct crm_q_word){ CRM_Q_TERM, arg };
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Length of the word at the beginning of s: to a blank outside quotes, or to a
 * ')' that no '(' inside the word has opened ("name~^(a|b)"). 0 where a quote
 * is not closed. */
static size_t
word_length(struct crm_str s)
{
	size_t inner = 0;
	bool quoted = false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (quoted) {
			if (c == '\\' && i + 1 < s.n)
				i++;
			else if (c == '"')
				quoted = false;
		} else if (c == '"') {
			quoted = true;
		} else if (is_blank(c)) {
			return i;
		} else if (c == '(') {
			inner++;
		} else if (c == ')' && inner-- == 0) {
			return i;
		}
	}
	return quoted ? 0 : s.n;
}

enum crm_status
crm_q_split(struct crm_str text, struct crm_q_word **out, size_t *n,
    struct crm_err *err)
{
	size_t cap = 0;
	*out = NULL;
	*n = 0;
	if (text.n > CRM_Q_TEXT)
		return crm_err_set(err, CRM_USAGE, "query.length",
		    _("the query is longer than %d bytes"), CRM_Q_TEXT);
	while ((text = crm_str_trim(text)).n) {
		struct crm_q_word w;
		size_t len = 1;
		crm_grow(out, &cap, *n + 1, sizeof(**out));
		if (text.p[0] != '(' && text.p[0] != ')') {
			len = word_length(text);
			if (len == 0) {
				free(*out);
				*out = NULL;
				return crm_err_set(err, CRM_USAGE,
				    "query.quote",
				    _("a quote is not closed: %.*s"),
				    CRM_FMT(crm_str_sub(text, 0, 60)));
			}
		}
		w = crm_q_word_of(crm_str_sub(text, 0, len));
		(*out)[(*n)++] = w;
		text = crm_str_sub(text, len, SIZE_MAX);
	}
	return CRM_OK;
}

static bool
is_name_byte(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '_' || c == '-' || c >= 0x80;
}

/* a.b.c, beginning with a letter or '_'. */
static bool
is_path(struct crm_str s)
{
	if (s.n == 0 || !is_name_byte((unsigned char)s.p[0]) ||
	    s.p[0] == '-' || (s.p[0] >= '0' && s.p[0] <= '9'))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '.' ?
		    i + 1 == s.n || s.p[i + 1] == '.' :
		    !is_name_byte((unsigned char)s.p[i]))
			return false;
	return true;
}

/* Free keys of a map field ("raw.Lead Source") may hold anything. */
static bool
is_map_path(const struct crm_q_build *b, struct crm_str s)
{
	size_t dot = crm_str_chr(s, '.');
	struct crm_str head = crm_str_sub(s, 0, dot);
	if (dot + 1 >= s.n || !is_path(head))
		return false;
	for (size_t i = 0; i < b->ctx->schema->ntypes; i++) {
		const struct crm_field *f =
		    crm_type_field(&b->ctx->schema->types[i], head);
		if (f && f->kind == CRM_K_MAP)
			return true;
	}
	return false;
}

bool
crm_q_cut(const struct crm_q_build *b, struct crm_str word,
    struct crm_str *path, enum crm_q_op *op, struct crm_str *value)
{
	for (size_t i = 0; i < word.n; i++) {
		char c = word.p[i], d = i + 1 < word.n ? word.p[i + 1] : '\0';
		size_t len = 1;
		if (c == ':')
			*op = CRM_Q_HAS;
		else if (c == '=')
			*op = CRM_Q_EQ;
		else if (c == '~')
			*op = CRM_Q_RE;
		else if (c == '!' && d == '=')
			*op = CRM_Q_NE, len = 2;
		else if (c == '<' || c == '>') {
			len = d == '=' ? 2 : 1;
			*op = c == '<' ? (len == 2 ? CRM_Q_LE : CRM_Q_LT) :
			    (len == 2 ? CRM_Q_GE : CRM_Q_GT);
		} else
			continue;
		*path = crm_str_sub(word, 0, i);
		*value = crm_str_sub(word, i + len, SIZE_MAX);
		/* an address, not a term */
		if (c == ':' && crm_str_starts(*value, CRM_STR("//")))
			return false;
		return is_path(*path) || is_map_path(b, *path);
	}
	return false;
}

struct crm_str
crm_q_unquote(struct crm_arena *mem, struct crm_str s, bool *quoted)
{
	*quoted = s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"';
	if (!*quoted)
		return s;
	s = crm_str_sub(s, 1, s.n - 2);
	char *p = crm_arena_alloc(mem, s.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\\' && i + 1 < s.n &&
		    (s.p[i + 1] == '"' || s.p[i + 1] == '\\'))
			i++;
		p[n++] = s.p[i];
	}
	p[n] = '\0';
	return (struct crm_str){ p, n };
}

bool
crm_q_element(struct crm_arena *mem, struct crm_str *rest, bool loose,
    struct crm_str *out, bool *quoted)
{
	bool inside = false;
	size_t i;
	if (!rest->p)
		return false;
	for (i = 0; i < rest->n; i++) {
		char c = rest->p[i];
		if (inside && c == '\\' && i + 1 < rest->n)
			i++;
		else if (c == '"' && (inside || i == 0 ||
		    rest->p[i - 1] == ','))
			inside = !inside;
		else if (!inside && c == ',' &&
		    !(loose && i + 1 < rest->n && is_blank(rest->p[i + 1])))
			break;
	}
	*out = crm_q_unquote(mem, crm_str_trim(crm_str_sub(*rest, 0, i)),
	    quoted);
	if (i < rest->n)
		*rest = crm_str_sub(*rest, i + 1, SIZE_MAX);
	else
		rest->p = NULL;
	return true;
}
