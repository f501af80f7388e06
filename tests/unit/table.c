/* Tables: alignment, escaping, cutting, streaming, Markdown, HTML. */
#include "tap.h"

#include "format/table.h"

static void
fill(struct crm_table *t, size_t ncols, const char *const *cells, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (i < ncols)
			crm_table_column(t, crm_str_z(cells[i]),
			    CRM_ALIGN_AUTO);
		else
			crm_table_cell(t, crm_str_z(cells[i]));
}

static const char *const people[] = { "name", "amount",
	"Μαρία", "1234.50",
	"李小龍", "7",
	"a\x1b[31m|<b>", "" };

static void
text(void)
{
	struct crm_table t = { 0 };
	struct crm_buf b = { 0 };
	struct crm_table_look look = { 0 };
	fill(&t, 2, people, CRM_LEN(people));
	crm_table_text(&t, &look, &b);
	same(crm_buf_view(&b),
	    "name            amount\n"
	    "Μαρία          1234.50\n"
	    "李小龍               7\n"
	    "a\\x1b[31m|<b>\n", "numbers right, wide letters, no escapes");
	crm_buf_clear(&b);
	crm_table_cell(&t, CRM_STR("later"));
	crm_table_cell(&t, CRM_STR("12345678"));
	crm_table_text(&t, &look, &b);
	same(crm_buf_view(&b), "later          12345678\n",
	    "later rows go on without a head and are not cut");
	crm_table_release(&t);
	crm_buf_clear(&b);
	static const char *const wide[] = { "a", "b", "abcdefghijklmnop",
		"0123456789abcdefghij" };
	fill(&t, 2, wide, CRM_LEN(wide));
	look.width = 20;
	look.ascii = true;
	crm_table_text(&t, &look, &b);
	same(crm_buf_view(&b), "a          b\nabcdefgh~  01234567~\n",
	    "cut to the terminal");
	crm_table_release(&t);
	crm_buf_release(&b);
}

static void
markup(void)
{
	struct crm_table t = { 0 };
	struct crm_buf b = { 0 };
	fill(&t, 2, people, CRM_LEN(people));
	crm_table_markdown(&t, &b);
	same(crm_buf_view(&b),
	    "| name | amount |\n| --- | ---: |\n| Μαρία | 1234.50 |\n"
	    "| 李小龍 | 7 |\n| a\\[31m\\|&lt;b> |  |\n", "Markdown");
	crm_table_release(&t);
	crm_buf_clear(&b);
	fill(&t, 2, people, CRM_LEN(people));
	crm_table_html(&t, &b);
	ok(strstr(crm_buf_cstr(&b), "<td><bdi>Μαρία</bdi></td>"
	    "<td class=\"n\">1234.50</td>") != NULL, "HTML cells");
	ok(strstr(crm_buf_cstr(&b), "a\ufffd[31m|&lt;b&gt;") != NULL,
	    "HTML escapes");
	crm_table_release(&t);
	crm_buf_clear(&b);
	crm_html_head(&b, CRM_STR("a<b"), CRM_STR("ar-EG"));
	ok(strstr(crm_buf_cstr(&b), "lang=\"ar-EG\" dir=\"rtl\"") &&
	    strstr(b.p, "<title>a&lt;b</title>"), "page head");
	crm_buf_release(&b);
}

static void
numbers(void)
{
	static const struct {
		const char *s;
		bool is;
	} cases[] = { { "0", true }, { "-1.50", true }, { "007", false },
		{ "+30", false }, { "1.", false }, { "", false },
		{ "0.5", true }, { "1e5", false } };
	for (size_t i = 0; i < CRM_LEN(cases); i++)
		ok(crm_table_is_number(crm_str_z(cases[i].s)) == cases[i].is,
		    "number: '%s'", cases[i].s);
	ok(crm_table_is_rtl(CRM_STR("x שלום")) &&
	    crm_table_is_rtl(CRM_STR("محمد")) &&
	    !crm_table_is_rtl(CRM_STR("Ελένη 李")), "right to left");
}

int
main(void)
{
	text();
	markup();
	numbers();
	return tap_end();
}
