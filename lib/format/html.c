#include "base/utf8.h"
#include "format/table.h"

void
crm_html_text(struct crm_buf *b, struct crm_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		const char *e = c == '&' ? "&amp;" : c == '<' ? "&lt;" :
		    c == '>' ? "&gt;" : c == '"' ? "&quot;" :
		    c == '\'' ? "&#39;" : NULL;
		if (e)
			crm_buf_z(b, e);
		else if ((unsigned char)c >= ' ' || c == '\n' || c == '\t')
			crm_buf_c(b, c);
		else
			crm_buf_z(b, "\ufffd");
	}
}

bool
crm_html_is_rtl(struct crm_str lang)
{
	static const char *const rtl[] = { "ar", "he", "fa", "ur", "yi", "ps",
		"sd", "ug", "dv" };
	lang.n = crm_str_chr(lang, '-') < crm_str_chr(lang, '_') ?
	    crm_str_chr(lang, '-') : crm_str_chr(lang, '_');
	for (size_t i = 0; i < CRM_LEN(rtl); i++)
		if (crm_str_is(lang, rtl[i]))
			return true;
	return false;
}

void
crm_html_head(struct crm_buf *b, struct crm_str title, struct crm_str lang)
{
	static const char style[] =
	    ":root{color-scheme:light dark}"
	    "body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;"
	    "max-inline-size:75rem;padding-inline:1rem}"
	    "table{border-collapse:collapse}"
	    "th,td{padding:.3rem .7rem;text-align:start;vertical-align:top;"
	    "border-block-end:1px solid #8884}"
	    "th{font-weight:600}.n{text-align:end;white-space:nowrap;"
	    "unicode-bidi:plaintext;"
	    "font-variant-numeric:tabular-nums}"
	    "dl{display:grid;grid-template-columns:max-content 1fr;"
	    "gap:.2rem 1.2rem}dt{opacity:.7}dd{margin:0}"
	    "h1{font-size:1.5rem}h2{font-size:1.15rem;margin-block-start:2rem}"
	    "time{white-space:nowrap;opacity:.75}"
	    "rect{fill:#3b7dd8}svg{font:13px system-ui,sans-serif}"
	    ".w{overflow-x:auto;margin-block:.6rem}"
	    ".s{opacity:.75;font-size:.87em;margin-block:.4rem}"
	    "section{min-inline-size:0;break-inside:avoid}"
	    "main>.f{grid-column:1/-1}"
	    "main{display:grid;gap:.5rem 2.5rem;grid-template-columns:"
	    "repeat(auto-fit,minmax(min(100%,30rem),1fr))}"
	    "@media print{body{margin:0;max-inline-size:none}"
	    "tr{break-inside:avoid}}";
	if (!lang.n)
		lang = CRM_STR("en");
	crm_buf_z(b, "<!doctype html>\n<html lang=\"");
	crm_html_text(b, lang);
	crm_buf_printf(b, "\" dir=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n",
	    crm_html_is_rtl(lang) ? "rtl" : "ltr");
	crm_buf_z(b, "<meta http-equiv=\"Content-Security-Policy\" content=\""
	    "default-src 'none'; style-src 'unsafe-inline'\">\n"
	    "<meta name=\"viewport\" content=\"width=device-width\">\n<title>");
	crm_html_text(b, title);
	crm_buf_printf(b, "</title>\n<style>%s</style>\n</head>\n<body>\n",
	    style);
}

void
crm_html_foot(struct crm_buf *b)
{
	crm_buf_z(b, "</body>\n</html>\n");
}

static void
html_cell(struct crm_buf *out, const char *tag, bool right, struct crm_str s)
{
	crm_buf_printf(out, "<%s%s>", tag, right ? " class=\"n\"" : "");
	if (right) {
		crm_html_text(out, s);
	} else if (s.n) {
		crm_buf_z(out, "<bdi>");
		crm_html_text(out, s);
		crm_buf_z(out, "</bdi>");
	}
	crm_buf_printf(out, "</%s>", tag);
}

void
crm_table_html(struct crm_table *t, struct crm_buf *out)
{
	static const struct crm_table_look wide = { 0 };
	if (!t->fixed) {
		crm_table_fix(t, &wide);
		crm_buf_z(out, "<table>\n<thead><tr>");
		for (size_t c = 0; c < t->ncols; c++)
			html_cell(out, "th", t->col[c].right,
			    crm_str_z(t->col[c].title));
		crm_buf_z(out, "</tr></thead>\n<tbody>\n");
	}
	size_t rows = crm_table_rows(t);
	for (size_t r = 0; r < rows; r++) {
		crm_buf_z(out, "<tr>");
		for (size_t c = 0; c < t->ncols; c++)
			html_cell(out, "td", t->col[c].right,
			    crm_table_at(t, r, c));
		crm_buf_z(out, "</tr>\n");
	}
	crm_table_forget(t);
}
