#include "match/lexicon_data.h"

const char *
crm_lexicon_titles(void)
{
	return "mr mrs ms miss mx dr prof professor sir dame lord lady rev "
	    "reverend hon herr frau hr fr monsieur madame mademoiselle mme mlle "
	    "m sr sra srta don dona senor senora sig signor signora dott "
	    "dottssa ing dipl mag mgr phd md esq president "
	    "prasident presidente captain capt lt sgt major shaikh "
	    "sheikh haji hajji sayyid imam ustad dhr mevr mw drs "
	    "κος κα κυριος κυρια δρ καθ г-н г-жа др проф пан пани "
	    "السيد السيدة الدكتور د دكتور الشيخ מר גב גברת דר פרופ "
	    "san sama shri smt kumari pan pani bay bayan rouva herra";
}

const char *
crm_lexicon_particles(void)
{
	return "van von der den de del della di da do dos das du la le el al "
	    "bin ben ibn bint abu abd ter ten zu zum zur af av st san santa e y "
	    "i ال بن ابن بنت ابو בן בת אבן";
}

const char *
crm_lexicon_ages(void)
{
	return "jr sr junior senior ii iii iv snr jnr";
}

const char *
crm_lexicon_kin(void)
{
	return "bin ben ibn bint binti bt بن ابن بنت בן בת";
}

const char *
crm_lexicon_units(void)
{
	return "apt apartment appartement flat unit suite ste asunto as room rm "
	    "lgh wohnung whg top stiege lok lokal mieszkanie m floor fl etage "
	    "etg piso planta pta puerta izq dcha interno int scala daire kat "
	    "byt em ajto emelet \u043a\u0432 \u043a\u0432\u0430\u0440\u0442\u0438\u0440\u0430 "
	    "\u043e\u0444 \u043e\u0444\u0438\u0441 \u03b4\u03b9\u03b1\u03bc \u03bf\u03c1\u03bf\u03c6\u03bf\u03c3 "
	    "\u05d3\u05d9\u05e8\u05d4 \u0634\u0642\u0647";
}

const char *
crm_lexicon_noise(void)
{
	return "the and of for und et y e i oraz und och ja og en la le les el "
	    "de du des da do dei der die das group groupe gruppe grupo gruppo "
	    "holding holdings international intl global services service "
	    "company co trading enterprises enterprise worldwide";
}

const char *
crm_lexicon_org(void)
{
	return "bank university school hospital foundation institute ministry "
	    "government association society club church council trust fund "
	    "capital partners industries systems solutions technologies "
	    "consulting logistics software construction restaurant cafe hotel "
	    "grill bar foods media energy aviation shipping transport insurance "
	    "department office center centre library museum army brigade "
	    "restaurante ristorante bistro deli bakery market store shop";
}

/* Given names that are in no class of nicknames: to tell persons' names from
 * others and the given name from the surname. */
const char *
crm_lexicon_given(void)
{
	return "mary linda karen nancy lisa sandra donna carol ruth sharon "
	    "michelle laura sarah kevin brian george jason eric scott justin "
	    "brandon adam kyle aaron sean emma olivia sophia amy angela julia "
	    "luis carlos juan pedro miguel jorge ana lucia carmen rosa marie "
	    "claire pierre jacques jean luc anne sophie camille julien thomas "
	    "paul peter werner klaus jurgen heinz gunter ursula monika petra "
	    "sabine marco paolo luca giulia chiara elena stefano andrea bjorn "
	    "lars sven ingrid astrid erik nils jan piet anna pekka timo matti "
	    "jukka heikki kari minna päivi sari tiina ivan olga dmitri igor "
	    "natalia svetlana oleg vladimir boris mohammed muhammad ahmed ahmad "
	    "ali omar hassan hussein fatima aisha khalid yusuf ibrahim mustafa "
	    "mehmet ayse fatma david daniel moshe yosef sara rachel miriam noa "
	    "raj rahul amit priya sunita anil vijay yuki hiroshi takashi kenji "
	    "paula daniela michaela francisca carla ivana martina manuela "
	    "gabriela rafaela roberta alberta fernanda antonella claudia "
	    "claudio mario maria silvia silvio sergio fabio fabia valeria "
	    "valerio viktoria viktor nicola nicole simona simone simon denis "
	    "denise joel joelle marcel marcelle marcelo marcela emil emile "
	    "emilia emilio adrian adriana adriano christian christiane "
	    "christina johan johanna jona jonas karl karla carlo karol "
	    "karolina stefania stephanie pauline justine justin martine "
	    "michel michele danielle dominik dominika patrik patricia "
	    "patrizia jan janina jana jane hamed hamid mahmoud mahmud amir "
	    "farida farid samir samira karim karima jamil jamila said saida "
	    "aleksandra katalin laszlo zoltan eszter wanda zofia pavla pavel "
	    "vaclav jaroslav jaroslava zdenek zdenka ruzena miroslav "
	    "miroslava stanislav stanislava yulia yuri yuliya ivanka boyan "
	    "boyana goran gorana dragan dragana zoran zorana "
	    "akira haruto sakura wei li min ji jun hyun";
}

/* Each line is one class of forms that are the same or hard to tell apart. */
const char *
crm_lexicon_legal(size_t i)
{
	static const char *const t[] = {
		"inc incorporated corp corporation",
		"ltd limited llc lc ltda lda limitada gmbh mbh sarl srl sl slu "
		"bv bvba oy ооо тов ooo tov შპს zoo sro kft doo "
		"sti pty pvt pte llp בעמ 有限公司 有限责任公司 有限会社 有 "
		"유한회사 eood еоод οοο επε epe ike ικε սպը spy yk oe sia "
		"شمم ذمم uab osauhing ou aps eurl εε ετ",
		"ag sa spa ab as asa plc jsc ojsc cjsc oao zao pao ао оао пао "
		"пат nv oyj ae αε sab saa sae aktiengesellschaft ak akg "
		"株式会社 株 주식회사 주 股份有限公司 kk zrt nyrt სს բբը "
		"pat sas saoc sal",
		"kg ohg ky hb kb snc vof bt ks oeg gbr lp cv sca "
		"kommanditgesellschaft handelsbolag kommanditbolag "
		"kommanditselskab handelsgesellschaft",
		"tmi ek ип ip fop eurl enterprise",
		"co cie company kompania compagnie"
	};
	return i < CRM_LEN(t) ? t[i] : NULL;
}

const struct crm_legal_phrase *
crm_lexicon_phrases(size_t i)
{
	static const struct crm_legal_phrase t[] = {
		{ "gesellschaft mit beschrankter haftung", 2 },
		{ "limited liability company", 2 }, { "co ltd", 2 },
		{ "company limited", 2 }, { "private limited", 2 },
		{ "pvt ltd", 2 }, { "pty ltd", 2 }, { "pte ltd", 2 },
		{ "sociedad limitada", 2 }, { "sp z o o", 2 },
		{ "sp z oo", 2 }, { "sp zoo", 2 }, { "spolka zoo", 2 }, { "spolka z o o", 2 }, { "s r o", 2 },
		{ "spolka z ograniczona odpowiedzialnoscia", 2 },
		{ "spol s r o", 2 }, { "spol s ro", 2 }, { "spol s sro", 2 },
		{ "spolecnost s rucenim omezenym", 2 },
		{ "korlatolt felelossegu tarsasag", 2 },
		{ "limited sirketi", 2 }, { "ltd sti", 2 },
		{ "общество с ограниченной ответственностью", 2 },
		{ "товариство з обмеженою відповідальністю", 2 },
		{ "товариство з обмеженою вiдповiдальнiстю", 2 },
		{ "בערבונ מוגבל", 2 },
		{ "ذ م م", 2 }, { "شركه ذات مسءوليه محدوده", 2 },
		{ "شركه ذات مسئوليه محدوده", 2 },
		{ "شركه ذات مسووليه محدوده", 2 },
		{ "შეზღუდული პასუხისმგებლობის საზოგადოება", 2 },
		{ "սահմանափակ պատասխանատվությամբ ընկերություն", 2 },
		{ "societatea cu raspundere limitata", 2 },
		{ "प्राइवेट लिमिटेड", 2 }, { "प्रा लि", 2 }, { "लिमिटेड", 2 },
		{ "sociedad anonima", 3 }, { "societe anonyme", 3 },
		{ "spolka akcyjna", 3 }, { "akciova spolecnost", 3 },
		{ "anonim sirketi", 3 }, { "a s", 3 }, { "s a", 3 },
		{ "open joint stock company", 3 }, { "joint stock company", 3 },
		{ "closed joint stock company", 3 }, { "joint stock", 3 },
		{ "public joint stock company", 3 },
		{ "public limited company", 3 }, { "aktiebolag", 3 },
		{ "акционерное общество", 3 },
		{ "открытое акционерное общество", 3 },
		{ "публичное акционерное общество", 3 },
		{ "ανωνυμη εταιρεια", 3 }, { "ανωνυμη εταιρια", 3 },
		{ "ش م م", 3 }, { "شركه مساهمه مصريه", 3 },
		{ "julkinen osakeyhtio", 3 }, { "osakeyhtio", 2 },
		{ "kommandiittiyhtio", 4 }, { "toiminimi", 5 },
		{ "gmbh co kg", 4 }, { "gmbh und co kg", 4 },
		{ "gmbh und co", 4 }, { "e k", 5 }, { NULL, 0 }
	};
	return &t[i < CRM_LEN(t) ? i : CRM_LEN(t) - 1];
}

const char *
crm_lexicon_streets(size_t i)
{
	static const char *const t[] = {
		"street st str", "avenue ave av avda avenida aven", "road rd",
		"lane ln", "drive dr drv", "court ct crt", "place pl plaza pza",
		"boulevard blvd bd bulvari blv", "square sq", "terrace tce terr",
		"crescent cres cr", "circuit cct", "close cl", "parade pde",
		"highway hwy", "parkway pkwy", "way wy", "grove gr gve",
		"north n no", "south s so", "east e", "west w",
		"strasse straße", "weg wg", "allee", "gasse", "platz",
		"calle c", "paseo p", "rue r", "chemin ch", "via v", "viale vle",
		"piazza pzza", "corso cso", "katu k", "tie", "kuja kj", "polku",
		"gatan g gata", "vagen vag v", "grand", "straat", "laan",
		"plein pln", "ulica ul ulice ulitsa улица ул ulice",
		"aleja al", "plac", "rua", "praca pc", "travessa tv",
		"caddesi cad", "sokak sok sk", "namesti nam", "utca u", "ut",
		"ter", "odos od οδοσ οδ οδος", "leoforos leof λεωφοροσ λεωφ",
		"plateia πλατεια πλ", "prospekt проспект просп пр пр-т pr",
		"переулок пер pereulok per", "вулиця вул vulytsia vul",
		"провулок пров provulok prov", "شارع ش shari sh",
		"طريق ط tariq tr", "ميدان م midan md", "רחוב רח rehov rh",
		"שדרות שד sderot sd", "דרך ד derech", "通り 通 dori",
		"町 cho", "路 lu", "街 jie", "大道 dadao", "로 ro", "길 gil",
		"대로 daero", "marg मार्ग mg", "रोड", "nagar नगर ngr",
		"kucha ქუჩა ქ", "gamziri გამზირი გამზ gamz",
		"poghots փողոց փ pog", "poghota պողոտա պող",
		"no nr num numero number house dom d \u0434 \u0434\u043e\u043c \u043a\u043e\u0440\u043f "
		"\u0441\u0442\u0440 \u0431\u0443\u0434"
	};
	return i < CRM_LEN(t) ? t[i] : NULL;
}

const char *
crm_lexicon_numbers(size_t i)
{
	static const char *const t[] = {
		"1 one first 1st", "2 two second 2nd", "3 three third 3rd",
		"4 four fourth 4th", "5 five fifth 5th", "6 six sixth 6th",
		"7 seven seventh 7th", "8 eight eighth 8th",
		"9 nine ninth 9th", "10 ten tenth 10th", "11 eleven 11th",
		"12 twelve 12th", "20 twenty", "30 thirty", "40 forty fourty",
		"50 fifty", "60 sixty", "70 seventy", "80 eighty", "90 ninety",
		"100 hundred"
	};
	return i < CRM_LEN(t) ? t[i] : NULL;
}
