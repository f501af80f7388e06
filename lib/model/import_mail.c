/* Messages: one on stdin, or an mbox of them, become activities that point to
 * their sender by address. */
#include "model/import.h"

#include "base/hash.h"

#include "base/time.h"
#include "format/mail.h"

enum { MESSAGE_MAX = 64 << 20, BODY_MAX = 256 << 10 };

struct box {
	struct crm_buf text;
	struct crm_buf part;	/* of a line whose end is still to come */
	uint64_t line, first;
	bool mbox, over;
};

static void
put(struct crm_buf *b, const char *key, struct crm_str s)
{
	if (s.n)
		crm_json_add_str(b, key, s);
}

static void
put_key(struct crm_buf *b, const char *key, struct crm_str address)
{
	struct crm_buf ref = { 0 };
	if (!address.n)
		return;
	crm_buf_printf(&ref, "email:%.*s", CRM_FMT(address));
	crm_json_add_str(b, key, crm_buf_view(&ref));
	crm_buf_release(&ref);
}

static void
put_attachments(struct crm_buf *b, const struct crm_mail *m)
{
	char hex[65];
	if (!m->nparts)
		return;
	crm_json_key(b, "attachments");
	crm_buf_c(b, '[');
	for (size_t i = 0; i < m->nparts; i++) {
		crm_json_comma(b);
		crm_buf_c(b, '{');
		crm_hex(m->part[i].sha256, 32, hex);
		put(b, "sha256", crm_str_z(hex));
		put(b, "name", m->part[i].name);
		crm_json_add_u64(b, "size", m->part[i].size);
		put(b, "type", m->part[i].type);
		crm_buf_c(b, '}');
	}
	crm_buf_c(b, ']');
}

static struct crm_str
bare_id(struct crm_str s)
{
	s = crm_str_trim(s);
	if (s.n > 2 && *s.p == '<' && s.p[s.n - 1] == '>')
		s = crm_str_sub(s, 1, s.n - 2);
	return s;
}

static void
print(const struct crm_mail *m, struct crm_str bytes, struct crm_seen *seen,
    struct crm_buf *b)
{
	size_t cut = m->body.n < BODY_MAX ? m->body.n : BODY_MAX;
	while (cut && cut < m->body.n &&
	    ((unsigned char)m->body.p[cut] & 0xc0) == 0x80)
		cut--;
	crm_buf_z(b, "{\"type\":\"activity\",\"kind\":\"email\"");
	put(b, "subject", m->subject);
	put(b, "body", crm_str_sub(m->body, 0, cut));
	if (m->has_date) {
		crm_json_key(b, "at");
		crm_buf_c(b, '"');
		crm_time_format(b, m->date);
		crm_buf_c(b, '"');
	}
	crm_json_add_str(b, "direction", CRM_STR("in"));
	put_key(b, "contact", m->from);
	crm_json_add_str(b, "channel", CRM_STR("email"));
	crm_json_key(b, "ext");
	crm_buf_c(b, '{');
	if (m->id.n)
		put(b, "mail", bare_id(m->id));
	else {
		char name[CRM_IMPORT_NAME];
		crm_import_name(seen, bytes, name);
		put(b, "import", crm_str_z(name));
	}
	crm_buf_c(b, '}');
	put_attachments(b, m);
	put(b, "from", m->from);
	put(b, "from_name", m->from_name);
	if (m->nto) {
		crm_json_key(b, "to");
		crm_buf_c(b, '[');
		for (size_t i = 0; i < m->nto; i++) {
			crm_json_comma(b);
			crm_json_quote(b, m->to[i]);
		}
		crm_buf_c(b, ']');
	}
	put(b, "in_reply_to", bare_id(m->reply_to_id));
}

static void
emit(struct crm_import *im, struct box *x)
{
	struct crm_mail *m = crm_alloc(sizeof(*m));
	struct crm_err err = { .line = x->first };
	struct crm_str text = crm_buf_view(&x->text);
	enum crm_status st = x->over ? crm_err_set(&err, CRM_INVALID,
	    "mail.limit", _("a message longer than %d bytes"), MESSAGE_MAX) :
	    crm_mail_read(text, m, &err);
	crm_buf_clear(&im->line);
	if (!st) {
		print(m, text, &im->seen, &im->line);
		crm_buf_z(&im->line, ",\"_src\":{\"file\":");
		crm_json_quote(&im->line, im->file);
		crm_buf_printf(&im->line, ",\"line\":%" PRIu64 "}}", x->first);
		crm_mail_release(m);
		if (!im->sink.record(im->sink.ctx, crm_buf_view(&im->line)))
			im->stopped = true;
	} else {
		err.line = x->first;
		crm_import_reject(im, &err, text);
	}
	free(m);
	crm_buf_clear(&x->text);
	x->over = false;
}

/* "From ann@x.example Mon Jan  5 10:00:00 2026" stands before each message of
 * an mbox; "From here on" in a text that nobody has quoted has no time. */
static bool
is_envelope(struct crm_str line)
{
	bool from = crm_str_starts(line, CRM_STR("From "));
	for (size_t i = 7; from && i + 2 < line.n; i++)
		if (line.p[i] == ':' && line.p[i - 1] >= '0' &&
		    line.p[i - 1] <= '9' && line.p[i + 1] >= '0' &&
		    line.p[i + 1] <= '9')
			return true;
	return false;
}

static void
take_line(struct crm_import *im, struct box *x, struct crm_str line)
{
	bool from = x->mbox && is_envelope(line);
	x->line++;
	if (from && x->text.n)
		emit(im, x);
	if (from) {
		x->first = x->line;
		return;
	}
	/* mboxrd: >From was From */
	if (x->mbox && crm_str_starts(line, CRM_STR(">From ")))
		line = crm_str_sub(line, 1, line.n);
	if (x->text.n + line.n > MESSAGE_MAX)
		x->over = true;
	else
		crm_buf_str(&x->text, line);
}

static enum crm_status
push(struct crm_import *im, struct crm_str text, bool last,
    struct crm_err *err)
{
	struct box *x = im->state;
	(void)err;
	if (!x) {
		x = im->state = crm_zalloc(sizeof(*x));
		x->mbox = crm_str_starts(text, CRM_STR("From "));
		x->first = 1;
	}
	while (text.n && !im->stopped) {
		size_t n = crm_str_chr(text, '\n');
		size_t take = n + (n < text.n);
		struct crm_str line = crm_str_sub(text, 0, take);
		text = crm_str_sub(text, take, text.n);
		/* a line may come in pieces */
		if (x->part.n || n == line.n) {
			crm_buf_str(&x->part, line);
			if (n == line.n && x->part.n <= MESSAGE_MAX)
				break;
			line = crm_buf_view(&x->part);
		}
		take_line(im, x, line);
		crm_buf_clear(&x->part);
	}
	if (last && x->part.n && !im->stopped)
		take_line(im, x, crm_buf_view(&x->part));
	if (last && x->text.n && !im->stopped)
		emit(im, x);
	return CRM_OK;
}

static void
release(struct crm_import *im)
{
	struct box *x = im->state;
	if (!x)
		return;
	crm_buf_release(&x->text);
	crm_buf_release(&x->part);
	free(x);
	im->state = NULL;
}

const struct crm_form crm_form_mail = { "mail", push, release };
