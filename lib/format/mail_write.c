#include "format/mail.h"

#include "format/transfer.h"

/* Line breaks and other controls of data never reach a header. */
static struct crm_str
one_line(struct crm_buf *b, struct crm_str s)
{
	for (size_t i = 0; i < s.n; i++)
		crm_buf_c(b, (unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f ?
		    ' ' : s.p[i]);
	return crm_buf_view(b);
}

void
crm_mail_header(struct crm_buf *b, const char *name, struct crm_str text)
{
	struct crm_buf safe = { 0 };
	crm_buf_printf(b, "%s: ", name);
	crm_words_encode(b, one_line(&safe, text));
	crm_buf_z(b, "\r\n");
	crm_buf_release(&safe);
}

void
crm_mail_to(struct crm_buf *b, const char *header, struct crm_str name,
    struct crm_str address)
{
	struct crm_buf safe = { 0 }, addr = { 0 };
	struct crm_str s = one_line(&safe, name);
	bool ascii = true, special = false;
	for (size_t i = 0; i < s.n; i++) {
		ascii = ascii && (unsigned char)s.p[i] < 0x80;
		special = special || strchr("()<>[]:;@\\,.\"", s.p[i]);
	}
	crm_buf_printf(b, "%s: ", header);
	if (s.n && ascii && special) {
		crm_buf_c(b, '"');
		for (size_t i = 0; i < s.n; i++) {
			if (s.p[i] == '"' || s.p[i] == '\\')
				crm_buf_c(b, '\\');
			crm_buf_c(b, s.p[i]);
		}
		crm_buf_z(b, "\" ");
	} else if (s.n) {
		crm_words_encode(b, s);
		crm_buf_c(b, ' ');
	}
	one_line(&addr, address);
	crm_buf_printf(b, "<%.*s>\r\n", CRM_FMT(crm_buf_view(&addr)));
	crm_buf_release(&safe);
	crm_buf_release(&addr);
}

static void
put_part(struct crm_buf *b, const char *type, struct crm_str text)
{
	crm_buf_printf(b, "Content-Type: %s; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: quoted-printable\r\n\r\n", type);
	crm_qp_encode(b, text);
	if (b->n < 2 || b->p[b->n - 1] != '\n')
		crm_buf_z(b, "\r\n");
}

void
crm_mail_body(struct crm_buf *b, struct crm_str text, struct crm_str html,
    const char *boundary)
{
	crm_buf_z(b, "MIME-Version: 1.0\r\n");
	if (!html.n) {
		put_part(b, "text/plain", text);
		return;
	}
	crm_buf_printf(b, "Content-Type: multipart/alternative; "
	    "boundary=\"%s\"\r\n\r\n--%s\r\n", boundary, boundary);
	put_part(b, "text/plain", text);
	crm_buf_printf(b, "--%s\r\n", boundary);
	put_part(b, "text/html", html);
	crm_buf_printf(b, "--%s--\r\n", boundary);
}
