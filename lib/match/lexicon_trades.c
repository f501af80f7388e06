/* What companies do, in words that tell one of a group from another; a line is
 * one business; folded. Not here: what is put to a name or left out at will, as
 * an inn's kind. Written for this program. */
#include "match/lexicon_data.h"

static const char *
services(size_t i)
{
	static const char *const t[] = {
		"holding holdings beteiligung beteiligungen beteiligungs "
		    "participations participaciones partecipazioni "
		    "\u03c3\u03c5\u03bc\u03bc\u03b5\u03c4\u03bf\u03c7\u03c9\u03bd "
		    "\u0445\u043e\u043b\u0434\u0438\u043d\u0433",
		"software programs ohjelmistot oprogramowanie yazilim logiciels "
		    "\u03bb\u03bf\u03b3\u03b9\u03c3\u03bc\u03b9\u03ba\u03bf\u03c5",
		"logistics logistik logistique logistica logistiikka logistiek "
		    "logistyka lojistik logistika "
		    "\u03bb\u03bf\u03b3\u03b9\u03c3\u03c4\u03b9\u03ba\u03b7 "
		    "\u043b\u043e\u0433\u0438\u0441\u0442\u0438\u043a\u0430",
		"transport transports transporte transporti trasporti kuljetus "
		    "tasimacilik spedition freight haulage cargo fracht "
		    "\u03bc\u03b5\u03c4\u03b1\u03c6\u03bf\u03c1\u03b5\u03c3 "
		    "\u0442\u0440\u0430\u043d\u0441\u043f\u043e\u0440\u0442",
		"shipping maritime schifffahrt schiffahrt reederei navigation "
		    "navigazione naviera varustamo denizcilik "
		    "\u03bd\u03b1\u03c5\u03c4\u03b9\u03bb\u03b9\u03b1\u03ba\u03b7",
		"aviation airlines airways luftfahrt aviacion aviazione",
		"energy energie energia energi enerji power "
		    "\u03b5\u03bd\u03b5\u03c1\u03b3\u03b5\u03b9\u03b1 "
		    "\u03b5\u03bd\u03b5\u03c1\u03b3\u03b5\u03b9\u03b1\u03ba\u03b7 "
		    "\u044d\u043d\u0435\u0440\u0433\u0438\u044f",
		"oil petroleum petrol mineralol gas oljy", "mining bergbau mines",
		"capital invest investment investments investissement kapital "
		    "sijoitus inwestycje yatirim ventures equity "
		    "\u03b5\u03c0\u03b5\u03bd\u03b4\u03c5\u03c3\u03b5\u03b9\u03c3",
		"bank banking banque banca banco pankki bankasi "
		    "\u03c4\u03c1\u03b1\u03c0\u03b5\u03b6\u03b1 \u0431\u0430\u043d\u043a",
		"finance finanz finanzen financial finances leasing rahoitus finans",
		"insurance versicherung versicherungen assurance assurances seguros "
		    "assicurazioni vakuutus sigorta verzekeringen ubezpieczenia "
		    "\u03b1\u03c3\u03c6\u03b1\u03bb\u03b5\u03b9\u03b5\u03c3",
		"consulting consultancy consultants beratung unternehmensberatung "
		    "conseil consultoria consulenza konsultointi danismanlik "
		    "advisory advisors \u03c3\u03c5\u03bc\u03b2\u03bf\u03c5\u03bb\u03bf\u03b9",
		"media medien medios publishing verlag editions editorial "
		    "kustannus wydawnictwo broadcasting"
	};
	return i < CRM_LEN(t) ? t[i] : NULL;
}

static const char *
goods(size_t i)
{
	static const char *const t[] = {
		"foods food lebensmittel nahrungsmittel alimentaire alimentos "
		    "alimentari elintarvike gida spozywcze "
		    "\u03c4\u03c1\u03bf\u03c6\u03b9\u03bc\u03b1",
		"construction constructions bau baugesellschaft hochbau tiefbau "
		    "building builders construcciones costruzioni rakennus insaat "
		    "budowlane budownictwo \u03ba\u03b1\u03c4\u03b1\u03c3\u03ba\u03b5\u03c5\u03b5\u03c3 "
		    "\u0441\u0442\u0440\u043e\u0439",
		"immobilien property properties realty estate estates immobilier "
		    "inmobiliaria immobiliare kiinteistot gayrimenkul "
		    "nieruchomosci fastigheter vastgoed "
		    "\u03b1\u03ba\u03b9\u03bd\u03b7\u03c4\u03b1",
		"pharma pharmaceuticals pharmaceutical farma laake",
		"medical health healthcare medizin medizintechnik clinic sante salud",
		"biotech biosciences biotechnology", "chemicals chemical chemie chimie "
		    "kemia kimya quimica chimica",
		"automotive motors autos automobile otomotiv",
		"electronics elektronik electronique electronica elektroniikka",
		"telecom telecoms telecommunications telekom mobile",
		"security sicherheit securite seguridad guvenlik",
		"marketing advertising werbung publicite reklama", "robotics robotik",
		"travel tours tourism reisen voyages viajes viaggi matkat turizm",
		"textiles textile textil fashion mode", "steel stahl acier acero metals metall",
		"paper papier paperi", "wood holz timber puu",
		"agriculture agrar agro farming", "fisheries fishing seafood",
		"furniture mobel meubles muebles mobili huonekalut",
		"cosmetics kosmetik beauty", "education academy akademie training",
		"legal law rechtsanwalte avocats abogados avvocati asianajotoimisto",
		"accounting steuerberatung audit auditing", "recruitment staffing personal",
		"events catering", "retail einzelhandel", "wholesale grosshandel",
		"printing druck druckerei imprimerie", "toys games gaming spiele",
		"water wasser eau agua", "waste recycling entsorgung", "design"
	};
	return i < CRM_LEN(t) ? t[i] : NULL;
}

const char *
crm_lexicon_trades(size_t i)
{
	size_t n = 0;
	while (services(n))
		n++;
	return i < n ? services(i) : goods(i - n);
}
