/* The text formats from inside: transfer encodings, content lines, XML, mail
 * dates and addresses, templates. */
#include "format/contentline.h"
#include "format/mail.h"
#include "format/template.h"
#include "format/transfer.h"
#include "format/xml.h"

#include "tap.h"

static void
transfer(void)
{
	static const struct {
		const char *title, *in, *out;
	} words[] = {	/* RFC 2047 section 8 */
		{ "a word", "=?ISO-8859-1?Q?a?=", "a" },
		{ "a word and text", "=?ISO-8859-1?Q?a?= b", "a b" },
		{ "two words", "=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=", "ab" },
		{ "folded", "=?ISO-8859-1?Q?a?=\r\n =?ISO-8859-1?Q?b?=", "ab" },
		{ "a blank in a word", "=?ISO-8859-1?Q?a_b?=", "a b" },
		{ "base64", "=?utf-8?b?zrE=?= x", "\xce\xb1 x" },
		{ "no word", "=?x", "=?x" },
		{ "text before", "x =?utf-8?q?=CE=B1?=", "x \xce\xb1" },
		{ "unknown charset stays", "=?klingon?Q?a?=", "=?klingon?Q?a?=" },
	};
	struct crm_buf b = { 0 }, c = { 0 };
	for (size_t i = 0; i < CRM_LEN(words); i++) {
		crm_buf_clear(&b);
		crm_words_decode(&b, crm_str_z(words[i].in));
		same(crm_buf_view(&b), words[i].out, words[i].title);
	}
	/* RFC 4648 section 10 */
	static const char *const base64[][2] = { { "", "" }, { "f", "Zg==" },
		{ "fo", "Zm8=" }, { "foo", "Zm9v" }, { "foob", "Zm9vYg==" },
		{ "foobar", "Zm9vYmFy" } };
	for (size_t i = 0; i < CRM_LEN(base64); i++) {
		crm_buf_clear(&b);
		crm_base64_encode(&b, crm_str_z(base64[i][0]), false);
		same(crm_buf_view(&b), base64[i][1], "base64 of RFC 4648");
		crm_buf_clear(&c);
		ok(crm_base64_decode(&c, crm_buf_view(&b)) &&
		    crm_str_is(crm_buf_view(&c), base64[i][0]), "and back");
	}
	char text[256];
	bool back = true, narrow = true;
	for (unsigned seed = 0; seed < 500; seed++) {
		unsigned r = seed * 2654435761u + 1;
		size_t n = seed % sizeof(text);
		for (size_t i = 0; i < n; i++) {
			r = r * 1103515245u + 12345;
			text[i] = (char)(r >> 16);
			if (text[i] == '\r')
				text[i] = '=';
		}
		crm_buf_clear(&b);
		crm_buf_clear(&c);
		crm_qp_encode(&b, (struct crm_str){ text, n });
		crm_qp_decode(&c, crm_buf_view(&b), false);
		size_t k = 0, width = 0;
		for (size_t i = 0; i < b.n; i++) {
			width = b.p[i] == '\n' ? 0 : width + 1;
			narrow = narrow && width <= 77;
		}
		for (size_t i = 0; i < c.n; i++)	/* CRLF was LF */
			if (!(c.p[i] == '\r' && i + 1 < c.n &&
			    c.p[i + 1] == '\n'))
				c.p[k++] = c.p[i];
		back = back && k == n && (n == 0 || !memcmp(c.p, text, n));
	}
	ok(back, "quoted-printable comes back");
	ok(narrow, "in lines of at most 76");
	crm_buf_release(&b);
	crm_buf_release(&c);
}

static void
lines(void)
{
	struct crm_arena mem = { 0 };
	struct crm_cline l;
	struct crm_buf b = { 0 };
	struct crm_str rest = CRM_STR("item1.TEL;TYPE=\"voice,cell\";"
	    "X-A=a^nb^'c;PREF=1:+1\r\n 23\r\nNOTE:x\\,y\\nz\\;\n\nbad line\n");
	ok(crm_cline_next(&rest, &mem, &l, NULL) == CRM_OK &&
	    crm_str_is(l.group, "item1") && crm_cline_is(&l, "tel") &&
	    crm_str_is(l.value, "+123"), "group, name, folded value");
	ok(crm_cline_has(&l, "type", "CELL") && crm_cline_has(&l, "TYPE",
	    "voice"), "a quoted list of types");
	same(crm_cline_param(&l, "x-a"), "a\nb\"c", "RFC 6868");
	ok(crm_cline_next(&rest, &mem, &l, NULL) == CRM_OK, "the next line");
	crm_cline_unescape(&b, l.value);
	same(crm_buf_view(&b), "x,y\nz;", "escapes");
	ok(crm_cline_next(&rest, &mem, &l, NULL) == CRM_INVALID,
	    "a line without a colon");
	ok(crm_cline_next(&rest, &mem, &l, NULL) == CRM_NOTFOUND, "the end");
	crm_buf_clear(&b);
	for (int i = 0; i < 100; i++)
		crm_buf_z(&b, "\xce\xa9");
	crm_cline_fold(&b, 0);
	size_t width = 0;
	bool good = true;
	for (size_t i = 0; i < b.n; i++) {
		if (b.p[i] == '\r')
			continue;
		width = b.p[i] == '\n' ? 0 : width + 1;
		good = good && width <= 75;
		if (i && b.p[i] == ' ')
			good = good && (b.p[i + 1] & 0x40);
	}
	ok(good, "folds at 75 octets, never inside a letter");
	crm_buf_release(&b);
	crm_arena_release(&mem);
}

static void
mail(void)
{
	static const struct {
		const char *text;
		int64_t seconds;	/* -1: no date */
	} dates[] = {
		{ "Fri, 21 Nov 1997 09:55:06 -0600", 880127706 },
		{ "21 Nov 97 09:55:06 GMT", 880106106 },
		{ "Thu, 1 Jan 1970 00:00 +0000", 0 },
		{ "Mon, 32 Jan 2024 00:00:00 +0000", -1 },
		{ "yesterday", -1 },
	};
	for (size_t i = 0; i < CRM_LEN(dates); i++) {
		int64_t t = 0;
		bool is = crm_mail_date(crm_str_z(dates[i].text), &t);
		ok(is == (dates[i].seconds >= 0) &&
		    (!is || t == dates[i].seconds * 1000000), "%s",
		    dates[i].text);
	}
	struct crm_str list = CRM_STR("\"Doe, J\\\"\" <j@x.example>, (c) "
	    "b@y.example, Team: a@z.example, c@z.example;");
	static const char *const want[][2] = { { "j@x.example", "Doe, J\"" },
		{ "b@y.example", "" }, { "a@z.example", "" },
		{ "c@z.example", "" } };
	struct crm_buf a = { 0 }, n = { 0 };
	for (size_t i = 0; i < CRM_LEN(want); i++) {
		crm_buf_clear(&a);
		crm_buf_clear(&n);
		ok(crm_mail_address(&list, &a, &n) &&
		    crm_str_is(crm_buf_view(&a), want[i][0]) &&
		    crm_str_is(crm_buf_view(&n), want[i][1]), "address %s",
		    want[i][0]);
	}
	crm_buf_clear(&a);
	crm_mail_header(&a, "Subject", CRM_STR("x\r\nBcc: y"));
	same(crm_buf_view(&a), "Subject: x  Bcc: y\r\n",
	    "no line break gets into a header");
	crm_buf_release(&a);
	crm_buf_release(&n);
}

static void
xml(void)
{
	static const struct {
		const char *text, *want;	/* events, or ! for an error */
	} docs[] = {
		{ "<a><b x=\"1\">t&amp;&#65;</b><c/></a>",
		    "<a<b\"t&A\">b<c>c>a" },
		{ "<?xml version=\"1.0\"?><!-- x --><n:a/>", "<a>a" },
		{ "<a><![CDATA[<&]]></a>", "<a\"<&\">a" },
		{ "<a></b>", "<a!" }, { "<a>", "<a!" }, { "<a>&x;</a>", "<a!" },
		{ "<!DOCTYPE a><a/>", "!" }, { "<a", "!" },
		{ "<a x='>'/>", "<a>a" },
	};
	struct crm_buf b = { 0 };
	for (size_t i = 0; i < CRM_LEN(docs); i++) {
		struct crm_xml x;
		enum crm_xml_event e = CRM_XML_OPEN;
		enum crm_status st;
		crm_buf_clear(&b);
		crm_xml_init(&x, crm_str_z(docs[i].text));
		while (!(st = crm_xml_next(&x, &e, NULL)) && e != CRM_XML_END)
			if (e == CRM_XML_TEXT)
				crm_buf_printf(&b, "\"%.*s\"",
				    CRM_FMT(crm_buf_view(&x.value)));
			else
				crm_buf_printf(&b, "%c%.*s",
				    e == CRM_XML_OPEN ? '<' : '>',
				    CRM_FMT(x.name));
		if (st)
			crm_buf_c(&b, '!');
		same(crm_buf_view(&b), docs[i].want, docs[i].text);
		crm_xml_release(&x);
	}
	crm_buf_release(&b);
}

static void
templates(void)
{
	static const char record[] = "{\"a\":\"x<y\",\"n\":5,\"e\":[],"
	    "\"l\":[{\"k\":\"1\"},{\"k\":\"2\"}],\"o\":{\"p\":\"q\"}}";
	static const struct {
		const char *text, *want;	/* NULL: missing; "!" syntax */
		enum crm_template_for target;
	} cases[] = {
		{ "{{a}} {{n}} {{o.p}}", "x<y 5 q", CRM_TEMPLATE_TEXT },
		{ "{{a}}{{{a}}}", "x&lt;yx<y", CRM_TEMPLATE_HTML },
		{ "{{#l}}[{{k}}{{n}}]{{/l}}", "[15][25]", CRM_TEMPLATE_TEXT },
		{ "{{l.1.k}}", "2", CRM_TEMPLATE_TEXT },
		{ "{{#e}}x{{/e}}{{^e}}none{{/e}}", "none", CRM_TEMPLATE_TEXT },
		{ "{{#zz}}x{{/zz}}-{{! note }}-", "--", CRM_TEMPLATE_TEXT },
		{ "{{#o}}{{p}}{{/o}}", "q", CRM_TEMPLATE_TEXT },
		{ "{{zz}}", NULL, CRM_TEMPLATE_TEXT },
		{ "{{#a}}", "!", CRM_TEMPLATE_TEXT },
		{ "{{/a}}", "!", CRM_TEMPLATE_TEXT },
		{ "{{}}", "!", CRM_TEMPLATE_TEXT },
		{ "{{a", "!", CRM_TEMPLATE_TEXT },
		{ "{{> other}}", "!", CRM_TEMPLATE_TEXT },
	};
	struct crm_buf b = { 0 };
	for (size_t i = 0; i < CRM_LEN(cases); i++) {
		struct crm_template *t = NULL;
		struct crm_err err = { 0 };
		crm_buf_clear(&b);
		if (crm_template_parse(crm_str_z(cases[i].text),
		    cases[i].target, &t, &err)) {
			ok(cases[i].want && !strcmp(cases[i].want, "!") &&
			    err.line == 1, "%s is refused", cases[i].text);
			continue;
		}
		enum crm_status st = crm_template_fill(t, crm_str_z(record),
		    NULL, &b, &err);
		if (!cases[i].want)
			ok(st == CRM_INVALID && b.n == 0 &&
			    !strcmp(err.field, "zz"), "a missing field");
		else
			same(crm_buf_view(&b), cases[i].want, cases[i].text);
		crm_template_free(t);
	}
	crm_buf_release(&b);
}

int
main(void)
{
	transfer();
	lines();
	mail();
	xml();
	templates();
	return tap_end();
}
