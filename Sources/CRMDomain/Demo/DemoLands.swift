/// Where the companies of the demo book are, and what people and streets are called there.
///
/// Telephone numbers come from the ranges kept for fiction where a country has one (NANP 555-01xx, Ofcom, ACMA, ARCEP).
struct DemoLand: Sendable {
  let country: String
  let phone: String
  let currency: String
  let women: [DemoName]
  let men: [DemoName]
  let families: [(men: DemoName, women: DemoName)]
  let streets: [String]
  let companies: [DemoRow]

  /// - Parameter companies: lines of name | short name | domain | city | state | postal code | industry.
  private init(
    country: String, phone: String, currency: String, women: String, men: String, families: String, streets: String,
    companies: String,
  ) {
    self.country = country
    self.phone = phone
    self.currency = currency
    self.women = DemoName.list(women)
    self.men = DemoName.list(men)
    self.families = DemoName.families(families)
    self.streets = streets.split(separator: ",").map(DemoRow.trimmed)
    self.companies = DemoRow.rows(companies)
  }

  static let all: [DemoLand] = americas + westernEurope + northernEurope + easternEurope + middleEast + asia + africa

  private static let americas: [DemoLand] = [
    DemoLand(
      country: "United States", phone: "+1 216 555 01##", currency: "USD",
      women: "Mary, Denise, Latoya, Heather, Guadalupe, Ruth, Kimberly, Zoë=zoe, Abigail",
      men: "James, Darnell, Kyle, Ramón=ramon, Walter, Terrence, Scott, Dwayne, Hank",
      families:
        "Whitfield, Kowalczyk, Reyes, Abernathy, Nguyen, O'Donnell, Castellanos, Brandywine, Hutchins, McAllister",
      streets: "1200 Foundry Avenue, 48 Millrace Road, 7710 Commerce Parkway, 315 Dock Street",
      companies: """
        Great Lakes Castings Inc | Great Lakes Castings | greatlakescastings | Cleveland | OH | 44114 | Metals
        Brightwater Dairy Cooperative | Brightwater Dairy | brightwaterdairy | Madison | WI | 53703 | Food and drink
        Sierra Nut & Fruit Packers | Sierra Packers | sierrapackers | Fresno | CA | 93721 | Food and drink
        Golden Gate Biologics | Golden Gate Biologics | ggbiologics | Oakland | CA | 94607 | Pharma
        Mojave Solar Glass LLC | Mojave Solar Glass | mojaveglass | Barstow | CA | 92311 | Glass
        Pacific Crest Aerospace | Pacific Crest | pacificcrest | Long Beach | CA | 90802 | Aerospace
        Lone Star Valve & Fitting | Lone Star Valve | lonestarvalve | Houston | TX | 77002 | Machinery
        Allegheny Rail Works | Allegheny Rail | alleghenyrail | Pittsburgh | PA | 15222 | Rail
        Blue Ridge Paper Mills | Blue Ridge Paper | blueridgepaper | Asheville | NC | 28801 | Paper
        Puget Sound Robotics | Puget Robotics | pugetrobotics | Tacoma | WA | 98402 | Machinery
        Tri-County Water Authority | Tri-County Water | tricountywater | Toledo | OH | 43604 | Utilities
        Heartland Ethanol Partners | Heartland Ethanol | heartlandethanol | Des Moines | IA | 50309 | Energy
        Kestrel Packaging Corp | Kestrel Packaging | kestrelpackaging | Atlanta | GA | 30303 | Packaging
        Delmarva Poultry Equipment | Delmarva Poultry | delmarvapoultry | Salisbury | MD | 21801 | Machinery
        """),
    DemoLand(
      country: "Canada", phone: "+1 416 555 01##", currency: "USD",
      women: "Élodie=elodie, Margaret, Noémie=noemie, Aanya, Claire",
      men: "Gilles, Étienne=etienne, Douglas, Harjit, Malcolm",
      families: "Tremblay, Bouchard, MacLeod, Sidhu, St-Pierre=st-pierre, Fraser",
      streets: "88 rue Saint-Paul, 2400 Harbour Road",
      companies: """
        Fonderie Saint-Laurent inc. | Fonderie Saint-Laurent | fonderiesl | Montréal | QC | H2Y 1H2 | Metals
        Maple Forge Hydraulics | Maple Forge | mapleforge | Hamilton | ON | L8P 1A1 | Machinery
        """),
    DemoLand(
      country: "Brazil", phone: "+55 11 5550 ####", currency: "USD",
      women: "Thaís=thais, Conceição=conceicao, Luíza=luiza, Beatriz, Renata",
      men: "João=joao, Thiago, Sebastião=sebastiao, Otávio=otavio, Caio",
      families: "Gonçalves=goncalves, Magalhães=magalhaes, Araújo=araujo, Figueiredo, da Silva Prado=prado",
      streets: "Rua das Indústrias 410, Avenida do Porto 1200",
      companies: """
        Usina São Bento de Açúcar e Álcool | Usina São Bento | usinasaobento | Ribeirão Preto | SP | 14010-000 | Energy
        Metalúrgica Três Irmãos Ltda | Três Irmãos | tresirmaos | Joinville | SC | 89201-000 | Metals
        """),
    DemoLand(
      country: "Mexico", phone: "+52 55 5550 ####", currency: "USD",
      women: "Ximena, Guadalupe, Verónica=veronica, Itzel, Pilar",
      men: "Íñigo=inigo, Joaquín=joaquin, Héctor=hector, Raúl=raul, Cuauhtémoc=cuauhtemoc",
      families: "Muñoz=munoz, Peñaloza=penaloza, Villaseñor=villasenor, Zúñiga=zuniga, Ibáñez=ibanez",
      streets: "Calzada del Acero 55, Calle Molino 8",
      companies: """
        Vidriera del Bajío S.A. de C.V. | Vidriera del Bajío | vidrierabajio | Querétaro | QRO | 76000 | Glass
        Autopartes Cañón Norte | Autopartes Cañón | autopartescanon | Monterrey | NL | 64000 | Automotive
        """),
  ]

  private static let westernEurope: [DemoLand] = [
    DemoLand(
      country: "United Kingdom", phone: "+44 20 7946 0###", currency: "GBP",
      women: "Siân=sian, Imogen, Philippa, Oluwaseun, Bronagh, Harriet",
      men: "Alistair, Rhodri, Nigel, Jasdeep, Crispin, Euan",
      families: """
        Featherstonehaugh-Cholmondeley, Ap Gwilym=apgwilym, Sutcliffe, Bhattacharyya, O'Rourke=orourke, Thistlethwaite,
        Montagu-Douglas-Scott-Beresford, Pugh
        """,
      streets: "14 Cutlers Row, Unit 6 Canal Wharf, 3 Kiln Lane",
      companies: """
        Sheffield Precision Cutlery Ltd | Sheffield Cutlery | sheffieldcutlery | Sheffield | | S1 2HH | Metals
        Calder Valley Textiles plc | Calder Textiles | caldertextiles | Halifax | | HX1 1RE | Textiles
        Severn Marine Engines | Severn Marine | severnmarine | Bristol | | BS1 4ST | Machinery
        Lagan Shipyard Services | Lagan Shipyard | laganshipyard | Belfast | | BT3 9DU | Shipbuilding
        Thornbury & Wick Biscuits | Thornbury Biscuits | thornburywick | Leeds | | LS1 4AP | Food and drink
        Clydebank Turbine Overhaul | Clydebank Turbine | clydebankturbine | Glasgow | | G81 1UA | Energy
        """),
    DemoLand(
      country: "Germany", phone: "+49 30 23125 ###", currency: "EUR",
      women: "Jördis=joerdis, Annegret, Käthe=kaethe, Sabine, Ayşe=ayse, Ute",
      men: "Jürgen=juergen, Björn=bjoern, Götz=goetz, Matthias, Kai-Uwe=kai-uwe, Emre",
      families: """
        Müller=mueller, Groß=gross, Schröder-Weißenfels=schroeder-weissenfels, Freiherr von Oeynhausen=oeynhausen,
        Yıldırım=yildirim, Köhler=koehler, Strauß=strauss
        """,
      streets: "Hüttenstraße 12, Am Güterbahnhof 3, Gewerbepark Süd 41",
      companies: """
        Gesellschaft für Anlagenbau, Umwelttechnik & Prozesse m.b.H. | GAUP | gaup | Duisburg | NW | 47051 | Chemicals
        Müller & Söhne Pumpenbau GmbH | Müller Pumpenbau | mueller-pumpenbau | Esslingen | BW | 73728 | Machinery
        Brauhaus Königsbrück AG | Brauhaus Königsbrück | koenigsbrueck | Dresden | SN | 01067 | Food and drink
        Hanseatische Kranwerke | Hanse Kranwerke | hansekran | Hamburg | HH | 20457 | Machinery
        Oberpfälzer Glashütte KG | Oberpfälzer Glas | opf-glas | Weiden | BY | 92637 | Glass
        """),
    DemoLand(
      country: "France", phone: "+33 1 99 00 ## ##", currency: "EUR",
      women: "Amélie=amelie, Anaïs=anais, Françoise=francoise, Maëlle=maelle, Solène=solene",
      men: "François=francois, Loïc=loic, Jean-Baptiste=jean-baptiste, Rémi=remi, Hervé=herve",
      families: "Lefèvre=lefevre, Bœuf=boeuf, d'Aubigné=daubigne, Châtelain=chatelain, Le Goff=legoff",
      streets: "9 quai des Forges, 27 rue du Laminoir",
      companies: """
        Aciéries du Rhône SA | Aciéries du Rhône | acieriesrhone | Lyon | | 69007 | Metals
        Biscuiterie L'Étoile Bretonne | L'Étoile Bretonne | etoilebretonne | Quimper | | 29000 | Food and drink
        Verreries de Saint-Gobelet | Saint-Gobelet | saintgobelet | Reims | | 51100 | Glass
        """),
    DemoLand(
      country: "Spain", phone: "+34 955 50 ## ##", currency: "EUR",
      women: "Begoña=begona, Núria=nuria, Inés=ines, Maite",
      men: "Íker=iker, Ángel=angel, Jordi, Xoán=xoan",
      families: "Núñez=nunez, Etxeberria, Puigdemunt i Serra=puigdemunt, Caamaño=caamano",
      streets: "Polígono Industrial Ebro 7, Carrer del Ferro 19",
      companies: """
        Aceites Sierra Mágina S.L. | Aceites Mágina | aceitesmagina | Jaén | | 23001 | Food and drink
        Siderurgia Bizkaia | Siderurgia Bizkaia | siderurgiabizkaia | Bilbao | | 48001 | Metals
        """),
    DemoLand(
      country: "Italy", phone: "+39 02 5550 ####", currency: "EUR",
      women: "Niccolina, Mariagrazia, Letizia, Benedetta",
      men: "Niccolò=niccolo, Ruggero, Gianmaria, Nicolò=nicolo",
      families: "D'Angiò=dangio, Quattrocchi, Dell'Acqua=dellacqua, Trevisàn=trevisan",
      streets: "Via dell'Officina 22, Strada Statale 9 n. 140",
      companies: """
        Officine Meccaniche Fratelli D'Angiò | Fratelli D'Angiò | omdangio | Brescia | BS | 25121 | Machinery
        Ceramiche Città Alta | Ceramiche Città Alta | ceramichecittaalta | Sassuolo | MO | 41049 | Ceramics
        """),
    DemoLand(
      country: "Netherlands", phone: "+31 20 555 ####", currency: "EUR",
      women: "Anneke, Loïs=lois, Fatima, Saskia", men: "Joost, Daniël=daniel, Sjoerd, Özgür=ozgur",
      families: "van den Heuvel=vandenheuvel, 't Hooft=thooft, de Wit=dewit, Oosterbaan",
      streets: "Havenweg 80, Fabriekskade 5",
      companies: """
        Zuiderzee Kaas en Zuivel B.V. | Zuiderzee Zuivel | zuiderzeezuivel | Hoorn | | 1621 | Food and drink
        Maasvlakte Tankopslag | Maasvlakte Tank | maasvlaktetank | Rotterdam | | 3199 | Chemicals
        """),
  ]

  private static let northernEurope: [DemoLand] = [
    DemoLand(
      country: "Sweden", phone: "+46 8 465 004 ##", currency: "EUR",
      women: "Åsa=asa, Märta=marta, Ingegerd, Sigrid", men: "Göran=goran, Håkan=hakan, Øystein=oystein, Ásgeir=asgeir",
      families:
        "Sjöström=sjostrom, Ångström=angstrom, Bjørnstad=bjornstad, Þórðarson=thordarson/Þórðardóttir=thordardottir",
      streets: "Smedjegatan 4, Hamnvägen 61",
      companies: """
        Norrlands Trä & Pappersbruk AB | Norrlands Trä | norrlandstra | Sundsvall | | 852 30 | Paper
        Fjordlaks Foredling AS | Fjordlaks | fjordlaks | Ålesund | | 6002 | Food and drink
        Öresund Läkemedel AB | Öresund Läkemedel | oresundlm | Malmö | | 211 20 | Pharma
        """),
    DemoLand(
      country: "Finland", phone: "+358 9 555 ####", currency: "EUR",
      women: "Päivi=paivi, Hannele, Aino", men: "Yrjö=yrjo, Väinö=vaino, Esa-Pekka=esa-pekka",
      families: "Hämäläinen=hamalainen, Mäkelä=makela, Väänänen=vaananen, Pääkkönen=paakkonen",
      streets: "Tehtaankatu 30",
      companies: "Järvi-Suomen Konepaja Oy | Järvi-Suomen Konepaja | jskonepaja | Lahti | | 15110 | Machinery"),
  ]

  private static let easternEurope: [DemoLand] = [
    DemoLand(
      country: "Poland", phone: "+48 22 555 ## ##", currency: "EUR",
      women: "Małgorzata=malgorzata, Żaneta=zaneta, Agnieszka", men: "Łukasz=lukasz, Zbigniew, Grzegorz",
      families: """
        Brzęczyszczykiewicz=brzeczyszczykiewicz, Wójcik=wojcik, Zieliński=zielinski/Zielińska=zielinska,
        Źrebiec=zrebiec
        """,
      streets: "ul. Hutnicza 17, al. Przemysłowa 102",
      companies: """
        Zakłady Chemiczne „Wisła” S.A. | ZCh Wisła | zchwisla | Płock | | 09-400 | Chemicals
        Śląska Fabryka Kabli | Śląska Kable | slaskakable | Gliwice | | 44-100 | Electrical
        """),
    DemoLand(
      country: "Czechia", phone: "+420 555 ### ###", currency: "EUR",
      women: "Božena=bozena, Zdeňka=zdenka, Žofie=zofie", men: "Jiří=jiri, Řehoř=rehor, Zdeněk=zdenek",
      families: "Dvořák=dvorak/Dvořáková=dvorakova, Šťastný=stastny/Šťastná=stastna, Kříž=kriz/Křížová=krizova",
      streets: "Strojírenská 8",
      companies: "Pivovar U Tří Růží a.s. | U Tří Růží | utriruzi | Plzeň | | 301 00 | Food and drink"),
    DemoLand(
      country: "Ukraine", phone: "+380 44 555 ####", currency: "USD",
      women: "Олена=olena, Євгенія=yevheniia, Соломія=solomiia", men: "Олександр=oleksandr, Тарас=taras, Юрій=yurii",
      families: "Коваленко=kovalenko, Шевчук=shevchuk, Гончаренко=honcharenko, Білик=bilyk",
      streets: "вул. Заводська 5",
      companies: """
        Дніпровський завод турбін | Дніпровський завод | dniproturbin | Дніпро | | 49000 | Energy
        Львівська кондитерська фабрика | Львівська кондитерська | lvivsweets | Львів | | 79000 | Food and drink
        """),
    DemoLand(
      country: "Bulgaria", phone: "+359 2 555 ####", currency: "EUR",
      women: "Цветелина=tsvetelina, Йорданка=yordanka", men: "Георги=georgi, Асен=asen, Любомир=lyubomir",
      families:
        "Димитров=dimitrov/Димитрова=dimitrova, Христов=hristov/Христова=hristova, Ангелов=angelov/Ангелова=angelova",
      streets: "бул. Индустриален 40",
      companies: "Черноморски Корабостроител АД | Черноморски КС | chernomorski | Варна | | 9000 | Shipbuilding"),
    DemoLand(
      country: "Greece", phone: "+30 210 555 ####", currency: "EUR",
      women: "Ευαγγελία=evangelia, Δέσποινα=despina, Ιφιγένεια=ifigeneia",
      men: "Αριστοτέλης=aristotelis, Γεώργιος=georgios, Θεόδωρος=theodoros",
      families: """
        Παπαδόπουλος=papadopoulos/Παπαδοπούλου=papadopoulou, Κωνσταντινίδης=konstantinidis/Κωνσταντινίδου=konstantinidou
        """,
      streets: "Λεωφόρος Πειραιώς 210",
      companies: """
        Ναυπηγεία Ελευσίνας Α.Ε. | Ναυπηγεία Ελευσίνας | navpigia | Ελευσίνα | | 192 00 | Shipbuilding
        Ελαιώνες Λακωνίας | Ελαιώνες Λακωνίας | elaiones | Σπάρτη | | 231 00 | Food and drink
        """),
  ]

  private static let middleEast: [DemoLand] = [
    DemoLand(
      country: "Türkiye", phone: "+90 212 555 ####", currency: "EUR",
      women: "Şebnem=sebnem, Özlem=ozlem, İpek=ipek", men: "Oğuz=oguz, İsmail=ismail, Çağlar=caglar",
      families: "Karagözoğlu=karagozoglu, Şahin=sahin, Çelik=celik, Işık=isik",
      streets: "Organize Sanayi Bölgesi 3. Cadde 12",
      companies: "Boğaziçi Çelik Döküm A.Ş. | Boğaziçi Çelik | bogazicicelik | İzmir | | 35000 | Metals"),
    DemoLand(
      country: "Israel", phone: "+972 3 555 ####", currency: "USD",
      women: "תמר=tamar, נעמה=naama, שירה=shira", men: "יונתן=yonatan, אביגדור=avigdor, גלעד=gilad",
      families: "כהן-ארזי=cohen-arazi, בן דוד=bendavid, מזרחי=mizrahi",
      streets: "רחוב התעשייה 12",
      companies: "מפעלי הנגב בע״מ | מפעלי הנגב | negevworks | באר שבע | | 8400000 | Chemicals"),
    DemoLand(
      country: "Egypt", phone: "+20 2 5550 ####", currency: "USD",
      women: "فاطمة=fatma, نور=nour, هدى=hoda", men: "محمد=mohamed, طارق=tarek, عبد الرحمن=abdelrahman",
      families: "الشريف=elsherif, حداد=haddad, منصور=mansour, عبد الفتاح=abdelfattah",
      streets: "شارع المصانع 14",
      companies: """
        شركة النيل للصناعات الغذائية | النيل الغذائية | nilefoods | القاهرة | | 11511 | Food and drink
        مصنع الدلتا للأسمنت | الدلتا للأسمنت | deltacement | الإسكندرية | | 21500 | Cement
        """),
  ]

  private static let asia: [DemoLand] = [
    DemoLand(
      country: "India", phone: "+91 22 5550 ####", currency: "USD",
      women: "प्रिया=priya, Lakshmi, अनुष्का=anushka, Meenakshi",
      men: "अर्जुन=arjun, Venkataraghavan, विक्रम=vikram, Subramaniam",
      families: "शर्मा=sharma, Krishnamoorthy, पाटिल=patil, Deshpande, चतुर्वेदी=chaturvedi",
      streets: "MIDC Road 18, Plot 44 Peenya Industrial Area",
      companies: """
        भारत यंत्र उद्योग | भारत यंत्र | bharatyantra | पुणे | MH | 411001 | Machinery
        Coromandel Pharma Actives Pvt Ltd | Coromandel Pharma | coromandelpharma | Chennai | TN | 600001 | Pharma
        Deccan Sugar & Distilleries | Deccan Sugar | deccansugar | Kolhapur | MH | 416001 | Food and drink
        """),
    DemoLand(
      country: "Thailand", phone: "+66 2 555 ####", currency: "USD",
      women: "กัญญารัตน์=kanyarat, สุภาพร=supaporn", men: "สมชาย=somchai, ณัฐพล=nattapon, ธีรวัฒน์=teerawat",
      families: "ศรีสุวรรณ=srisuwan, จันทร์เพ็ญ=chanpen, ทองดี=thongdee",
      streets: "88 ถนนบางนา-ตราด",
      companies: "บริษัท สยามยางพารา จำกัด | สยามยางพารา | siamrubber | ระยอง | | 21000 | Rubber"),
    DemoLand(
      country: "Japan", phone: "+81 3 5550 ####", currency: "USD",
      women: "陽菜=hina, 美咲=misaki, さくら=sakura", men: "健太=kenta, 大輔=daisuke, 翔太郎=shotaro",
      families: "佐藤=sato, 山田=yamada, 小笠原=ogasawara, 五十嵐=igarashi",
      streets: "工業団地1丁目2-3",
      companies: """
        東洋精密工業株式会社 | 東洋精密 | toyoseimitsu | 名古屋市 | 愛知県 | 450-0002 | Machinery
        さくら醤油醸造 | さくら醤油 | sakurashoyu | 銚子市 | 千葉県 | 288-0041 | Food and drink
        北海アルミニウム㈱ | 北海アルミ | hokkaialumi | 札幌市 | 北海道 | 060-0001 | Metals
        """),
    DemoLand(
      country: "China", phone: "+86 21 5550 ####", currency: "USD",
      women: "丽娜=lina, 秀英=xiuying, 雨桐=yutong", men: "伟=wei, 志强=zhiqiang, 浩然=haoran",
      families: "王=wang, 欧阳=ouyang, 陈=chen, 刘=liu",
      streets: "工业大道66号",
      companies: """
        长江重工集团有限公司 | 长江重工 | changjiangheavy | 武汉 | 湖北 | 430000 | Machinery
        青岛海风饮料厂 | 海风饮料 | haifengdrinks | 青岛 | 山东 | 266000 | Food and drink
        """),
    DemoLand(
      country: "South Korea", phone: "+82 2 5550 ####", currency: "USD",
      women: "서연=seoyeon, 지우=jiwoo, 하은=haeun", men: "민준=minjun, 도현=dohyun, 성호=sungho",
      families: "김=kim, 박=park, 남궁=namgung, 최=choi",
      streets: "산업로 123",
      companies: """
        한강정밀 주식회사 | 한강정밀 | hangangprecision | 인천 | | 21554 | Electronics
        부산조선해양 | 부산조선 | busanmarine | 부산 | | 48058 | Shipbuilding
        """),
    DemoLand(
      country: "Vietnam", phone: "+84 28 5550 ####", currency: "USD",
      women: "Thị Hồng Nhung=hongnhung, Ánh Tuyết=anhtuyet", men: "Đức Thắng=ducthang, Quốc Bảo=quocbao",
      families: "Nguyễn=nguyen, Trần=tran, Đặng=dang, Huỳnh=huynh",
      streets: "Lô C2 Khu công nghiệp Tân Bình",
      companies: "Công ty TNHH Dệt May Sông Hồng | Dệt May Sông Hồng | songhongtextile | Nam Định | | 420000 | Textiles"
    ),
    DemoLand(
      country: "Indonesia", phone: "+62 21 5550 ####", currency: "USD",
      // People with one name are entered by what they are called to their face, for v1 wants two.
      women: "Ibu", men: "Pak",
      families: "Suharno/Wulandari, Sudarmono/Kartikasari, Hartono/Rahmawati, Purnomo/Lestari",
      streets: "Jalan Pelabuhan 9",
      companies: "PT Nusantara Kelapa Sawit | Nusantara Sawit | nusantarasawit | Medan | | 20111 | Food and drink"),
    DemoLand(
      country: "Australia", phone: "+61 2 5550 ####", currency: "USD",
      women: "Kirra, Bronwyn, Ngaire", men: "Angus, Wiremu, Tāne=tane",
      families: "Fitzgibbon, Papadakis, Ngāpuhi-Harrington=ngapuhi-harrington, Blackwood",
      streets: "70 Quarry Road, 5 Woolstore Lane",
      companies: """
        Pilbara Conveyor Services Pty Ltd | Pilbara Conveyor | pilbaraconveyor | Karratha | WA | 6714 | Mining
        Kauri Coast Dairy | Kauri Coast Dairy | kauricoast | Whangārei | | 0110 | Food and drink
        """),
  ]

  private static let africa: [DemoLand] = [
    DemoLand(
      country: "Nigeria", phone: "+234 1 555 ####", currency: "USD",
      women: "Ọlábísí=olabisi, Chiamaka, Ngozi", men: "Adébáyọ̀=adebayo, Emeka, Ṣẹ́gun=segun",
      families: "Okonkwo, Adéyẹmí=adeyemi, Ogunbanjo-Whyte=ogunbanjo-whyte, Eze",
      streets: "22 Apapa Wharf Road",
      companies: """
        Lagos Bottling & Cold Chain | Lagos Bottling | lagosbottling | Lagos | | 101241 | Food and drink
        Niger Delta Process Controls | Niger Delta Process | ndprocess | Port Harcourt | | 500272 | Energy
        """),
    DemoLand(
      country: "Kenya", phone: "+254 20 555 ####", currency: "USD",
      women: "Wanjikũ=wanjiku, Achieng, Nyokabi", men: "Ngũgĩ=ngugi, Kipchumba, Otieno",
      families: "wa Thiong'o=wathiongo, Mũthoni=muthoni, Cheruiyot, Odhiambo",
      streets: "Enterprise Road 31",
      companies: "Rift Valley Tea Factories | Rift Valley Tea | riftvalleytea | Kericho | | 20200 | Food and drink"),
    DemoLand(
      country: "South Africa", phone: "+27 11 555 ####", currency: "USD",
      women: "Nomvula, Liesbet, Thandiwe", men: "Sipho, Pieter-Dirk=pieter-dirk, Xolani",
      families: "van der Westhuizen=vanderwesthuizen, Dlamini, Mkhize, Naidoo",
      streets: "18 Smelter Street",
      companies: "Witwatersrand Mine Hoists | Wits Mine Hoists | witshoists | Johannesburg | GP | 2001 | Mining"),
  ]
}
