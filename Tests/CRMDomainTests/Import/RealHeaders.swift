import CRMDomain

/// Headers of real exports with the field each column belongs to: `-` for none, `split` for a whole name.
enum RealHeaders {
  struct File {
    let name: String
    let kind: EntityKind
    let columns: [(header: String, field: String)]
  }

  static let files: [File] = table.split(separator: "\n\n").compactMap { paragraph in
    let lines = paragraph.split(separator: "\n").map(String.init)
    let title = lines[0].split(separator: "|").map(String.init)
    guard let kind = EntityKind(rawValue: title[1]) else { return nil }
    let columns = lines.dropFirst().joined(separator: ";").split(separator: ";").map { column in
      let equals = column.lastIndex(of: "=") ?? column.endIndex
      return (String(column[..<equals]), String(column[column.index(after: equals)...]))
    }
    return File(name: title[0], kind: kind, columns: columns)
  }

  private static let table = """
    Salesforce, lead export|lead
    Lead ID=-;Salutation=-;First Name=first_name;Last Name=last_name;Title=job_title;Company=company_name;Street=-
    City=-;State/Province=-;Zip/Postal Code=-;Country=-;Phone=phone;Mobile=-;Email=email;Lead Source=lead_source
    Lead Status=status;Rating=priority;Annual Revenue=-;Industry=-;Lead Owner=assigned_to;Created Date=created_at
    Last Modified Date=updated_at;Email Opt Out=-;Number of Employees=-

    Salesforce, data loader|lead
    FirstName=first_name;LastName=last_name;Email=email;Phone=phone;Company=company_name;Title=job_title
    LeadSource=lead_source;Status=status;CreatedDate=created_at;IsConverted=-;MobilePhone=-;HasOptedOutOfEmail=-

    Salesforce, contacts|contact
    Salutation=salutation;First Name=first_name;Last Name=last_name;Title=job_title;Account Name=company_name
    Mailing Street=address_line_1;Mailing City=city;Mailing State/Province=state;Mailing Zip/Postal Code=postal_code
    Mailing Country=country;Phone=phone;Fax=-;Mobile=mobile;Email=email;Account Owner=-;Department=department

    Salesforce, opportunities|opportunity
    Opportunity Name=name;Account Name=company_name;Amount=amount;Stage=stage;Probability (%)=probability
    Close Date=expected_close_date;Opportunity Owner=assigned_to;Created Date=created_at;Next Step=-;Type=-;Age=-

    Salesforce, tasks|task
    Subject=title;Due Date=due_date;Status=status;Priority=priority;Assigned To=assigned_to;Comments=description

    HubSpot, contacts|contact
    Record ID=-;First Name=first_name;Last Name=last_name;Email=email;Phone Number=phone;Contact owner=assigned_to
    Lifecycle Stage=contact_type;Lead Status=status;Create Date=created_at;Company Name=company_name
    Job Title=job_title;City=city;State/Region=state;Website URL=website;Marketing contact status=-

    HubSpot, contacts as leads|lead
    First Name=first_name;Last Name=last_name;Email=email;Phone Number=phone;Company Name=company_name
    Contact owner=assigned_to;Lead Status=status;Original Source=lead_source;HubSpot Score=lead_score
    Last Contacted=last_contact_date;Create Date=created_at;Email Domain=-;Associated Company IDs=-

    HubSpot, deals|opportunity
    Deal Name=name;Deal Stage=stage;Amount=amount;Close Date=expected_close_date;Deal owner=assigned_to
    Associated Company=company_name;Deal probability=probability;Currency=currency;Closed Lost Reason=lost_reason
    Associated Contact=contact;Create Date=created_at;Deal Type=-;Annual contract value=-

    HubSpot, tasks|task
    Task Title=title;Task Status=status;Due date=due_date;Priority=priority;Task Type=task_type;Notes=description

    Pipedrive, people|contact
    Person - Name=split;Person - Email - Work=email;Person - Phone - Work=phone;Person - Organization=company_name
    Person - Owner=assigned_to;Person - Label=tags;Person - Person created=created_at;Person - Open deals=-

    Pipedrive, deals|opportunity
    Deal - Title=name;Deal - Value=amount;Deal - Currency of Value=currency;Deal - Organization=company_name
    Deal - Contact person=contact;Deal - Stage=stage;Deal - Expected close date=expected_close_date
    Deal - Owner=assigned_to;Deal - Deal created=created_at;Deal - Probability=probability;Deal - Lost reason=lost_reason

    Pipedrive, leads|lead
    Lead - Title=-;Lead - Value=estimated_value;Lead - Owner=assigned_to;Lead - Source=lead_source;Lead - Contact person=split

    Pipedrive, activities|activity
    Subject=subject;Type=activity_type;Due date=occurred_at;Deal=opportunity;Contact person=contact
    Duration=duration_minutes;Note=body;Assigned to user=user;Organization=-

    Outlook, English|contact
    Title=salutation;First Name=first_name;Middle Name=-;Last Name=last_name;Suffix=-;Company=company_name
    Department=department;Job Title=job_title;Business Street=address_line_1;Business Street 2=address_line_2
    Business City=city;Business State=state;Business Postal Code=postal_code;Business Country/Region=country
    Business Phone=phone;Mobile Phone=mobile;Home Phone=-;E-mail Address=email;E-mail 2 Address=-;Web Page=website
    Notes=notes;Categories=tags;Birthday=-;Assistant's Name=-;Business Fax=-

    Outlook, German|contact
    Anrede=salutation;Vorname=first_name;Nachname=last_name;Firma=company_name;Abteilung=department
    Position=job_title;Straße geschäftlich=address_line_1;Ort geschäftlich=city;Region geschäftlich=state
    Postleitzahl geschäftlich=postal_code;Land/Region geschäftlich=country;Telefon geschäftlich=phone
    Mobiltelefon=mobile;E-Mail-Adresse=email;Notizen=notes;Kategorien=tags;Webseite=website;Geburtstag=-

    Outlook, French|contact
    Titre=salutation;Prénom=first_name;Nom=last_name;Société=company_name;Service=department;Fonction=job_title
    Rue (bureau)=address_line_1;Ville (bureau)=city;Code postal (bureau)=postal_code;Pays/Région (bureau)=country
    Téléphone (bureau)=phone;Tél. mobile=mobile;Adresse de messagerie=email;Notes=notes

    Outlook, Spanish|contact
    Tratamiento=salutation;Nombre=first_name;Apellidos=last_name;Organización=company_name;Departamento=department
    Puesto=job_title;Calle del trabajo=address_line_1;Ciudad de trabajo=city;Código postal del trabajo=postal_code
    País o región del trabajo=country;Teléfono del trabajo=phone;Teléfono móvil=mobile
    Dirección de correo electrónico=email;Notas=notes

    Google contacts, old|contact
    Name=-;Given Name=first_name;Additional Name=-;Family Name=last_name;Name Prefix=salutation;Birthday=-
    Notes=notes;Group Membership=tags;E-mail 1 - Type=-;E-mail 1 - Value=email;Phone 1 - Type=-;Phone 1 - Value=phone
    Address 1 - Street=address_line_1;Address 1 - City=city;Address 1 - Region=state;Address 1 - Postal Code=postal_code
    Address 1 - Country=country;Organization 1 - Name=company_name;Organization 1 - Title=job_title
    Organization 1 - Department=department;Website 1 - Value=website

    Google contacts, new|contact
    First Name=first_name;Middle Name=-;Last Name=last_name;Name Prefix=salutation;Organization Name=company_name
    Organization Title=job_title;Organization Department=department;Birthday=-;Notes=notes;Labels=tags
    E-mail 1 - Label=-;E-mail 1 - Value=email;E-mail 2 - Value=-;Phone 1 - Label=-;Phone 1 - Value=phone;Photo=-

    LinkedIn, connections|contact
    First Name=first_name;Last Name=last_name;URL=website;Email Address=email;Company=company_name;Position=job_title
    Connected On=-

    LinkedIn, lead forms|lead
    First Name=first_name;Last Name=last_name;Email=email;Phone number=phone;Company name=company_name;Job title=job_title
    Campaign Name=-;Form Name=-;Created at=created_at

    LinkedIn, sales navigator|contact
    Full Name=split;LinkedIn Profile URL=linkedin;Current Position=job_title;Current Company=company_name;Email=email
    Phone=phone;Location=-

    Zoho, leads|lead
    Record Id=-;Lead Owner=assigned_to;Company=company_name;First Name=first_name;Last Name=last_name
    Designation=job_title;Email=email;Phone=phone;Fax=-;Mobile=-;Website=-;Lead Source=lead_source;Lead Status=status
    Industry=-;No. of Employees=-;Annual Revenue=-;Created Time=created_at;Modified Time=updated_at;Tag=tags
    Description=notes;Email Opt Out=-;Last Activity Time=-

    Zoho, contacts|contact
    Contact Owner=assigned_to;Lead Source=source;First Name=first_name;Last Name=last_name;Account Name=company_name
    Email=email;Title=job_title;Department=department;Phone=phone;Mobile=mobile;Mailing Street=address_line_1
    Mailing City=city;Mailing State=state;Mailing Zip=postal_code;Mailing Country=country;Description=notes
    Secondary Email=-;Twitter=twitter;Assistant=-

    Zoho, deals|opportunity
    Deal Owner=assigned_to;Deal Name=name;Account Name=company_name;Amount=amount;Closing Date=expected_close_date
    Stage=stage;Probability (%)=probability;Expected Revenue=-;Contact Name=contact;Description=description;Tag=tags
    Reason For Loss=lost_reason

    Monday, leads board|lead
    Name=split;Status=status;Company=company_name;Title=job_title;Email=email;Phone=phone;Last interaction=-
    Owner=assigned_to;Subitems=-

    Monday, deals board|opportunity
    Name=name;Stage=stage;Owner=assigned_to;Deal Value=amount;Contacts=contact;Accounts=-;Close Date=expected_close_date
    Close Probability=probability;Forecast Value=-

    Monday, task board|task
    Name=title;Person=-;Status=status;Due date=due_date;Priority=priority;Timeline - Start=-;Notes=description

    Close, leads|lead
    display_name=-;contact_name=split;primary_email=email;primary_phone=phone;status_label=-;created_by_name=-
    date_created=created_at;date_updated=updated_at;title=job_title

    Close, opportunities|opportunity
    lead_name=-;status_label=-;value=amount;confidence=probability;date_won=actual_close_date;contact_name=contact
    note=notes;user_name=-;value_currency=currency

    Copper, people|contact
    Name=split;Title=job_title;Company=company_name;Email=email;Work Phone=phone;Mobile Phone=mobile
    Street=address_line_1;City=city;State=state;Postal Code=postal_code;Country=country;Contact Type=contact_type
    Owned By=-;Tags=tags;Details=-;Copper ID=-

    Copper, opportunities|opportunity
    Name=name;Primary Contact=contact;Company=company_name;Owner=assigned_to;Stage=stage;Value=amount
    Close Date=expected_close_date;Win Probability=probability;Loss Reason=lost_reason;Priority=-;Details=description
    Source=-;Tags=tags

    v1 template, leads|lead
    first_name=first_name;last_name=last_name;email=email;phone=phone;company_name=company_name;job_title=job_title
    lead_source=lead_source;status=status;priority=priority

    v1 template, contacts|contact
    first_name=first_name;last_name=last_name;email=email;phone=phone;mobile=mobile;company_name=company_name
    job_title=job_title;contact_type=contact_type

    v1 template, opportunities|opportunity
    name=name;company_name=company_name;amount=amount;stage=stage;probability=probability
    expected_close_date=expected_close_date

    v1 template, tasks|task
    title=title;description=description;task_type=task_type;priority=priority;status=status;due_date=due_date

    v1 export, leads|lead
    id=id;first_name=first_name;last_name=last_name;email=email;phone=phone;company_name=company_name
    job_title=job_title;lead_source=lead_source;status=status;priority=priority;lead_score=lead_score
    created_at=created_at;updated_at=updated_at

    The generator|lead
    first_name=first_name;last_name=last_name;email=email;company=company_name;phone=phone;job_title=job_title
    lead_source=lead_source;status=status;priority=priority;estimated_value=estimated_value;industry=-;company_size=-
    city=-;state=state;country=-;owner=assigned_to;tags=tags;created_at=created_at;last_contacted_at=last_contact_date
    notes=notes

    German, leads|lead
    Vorname=first_name;Name=last_name;E-Mail=email;Telefon=phone;Firma=company_name;Funktion=job_title;Quelle=lead_source
    Status=status;Priorität=priority;Geschätzter Wert=estimated_value;Zuständig=assigned_to
    Nächster Kontakt=next_follow_up;Bemerkungen=notes;Erstellt am=created_at;Branche=-

    German, trade show list|lead
    Ansprechpartner=split;Firmenname=company_name;Telefonnummer=phone;E-Mail-Adresse=email;Stand=-;Notiz=notes

    German, customers|contact
    Anrede=salutation;Vorname=first_name;Nachname=last_name;Unternehmen=company_name;Straße=address_line_1;PLZ=postal_code
    Ort=city;Bundesland=state;Land=country;Telefon=phone;Handy=mobile;E-Mail=email;Webseite=website;Kundennummer=-

    German, deals|opportunity
    Verkaufschance=name;Firma=company_name;Betrag=amount;Währung=currency;Phase=stage;Wahrscheinlichkeit=probability
    Abschlussdatum=expected_close_date;Ansprechpartner=contact;Verantwortlich=assigned_to;Beschreibung=description

    German, tasks|task
    Aufgabe=title;Fällig am=due_date;Status=status;Priorität=priority;Zugewiesen an=assigned_to;Beschreibung=description
    Erinnerung=reminder_date

    French, leads|lead
    Prénom=first_name;Nom=last_name;Adresse e-mail=email;Téléphone=phone;Entreprise=company_name;Poste=job_title
    Source=lead_source;Statut=status;Priorité=priority;Montant estimé=estimated_value;Commercial=assigned_to
    Dernier contact=last_contact_date;Commentaires=notes;Secteur=-

    French, contacts|contact
    Civilité=salutation;Nom=last_name;Prénom=first_name;Société=company_name;Fonction=job_title;Adresse=address_line_1
    Code postal=postal_code;Ville=city;Pays=country;Tél.=phone;Portable=mobile;Courriel=email;Site web=website
    Remarques=notes

    French, deals|opportunity
    Nom de l'affaire=name;Société=company_name;Montant=amount;Étape=stage;Probabilité=probability
    Date de clôture prévue=expected_close_date;Contact=contact;Responsable=assigned_to;Devise=currency

    French, tasks|task
    Tâche=title;Échéance=due_date;Statut=status;Priorité=priority;Responsable=assigned_to;Description=description

    Spanish, leads|lead
    Nombre=first_name;Apellidos=last_name;Correo electrónico=email;Teléfono=phone;Empresa=company_name;Cargo=job_title
    Origen=lead_source;Estado=status;Prioridad=priority;Valor estimado=estimated_value;Propietario=assigned_to
    Próximo seguimiento=next_follow_up;Notas=notes;Etiquetas=tags

    Spanish, full names|lead
    Nombre completo=split;Correo=email;Teléfono móvil=-;Teléfono=phone;Compañía=company_name;Comentarios=notes

    Spanish, contacts|contact
    Nombre=first_name;Apellido=last_name;Email=email;Móvil=mobile;Teléfono fijo=phone;Dirección=address_line_1
    Ciudad=city;Provincia=state;Código postal=postal_code;País=country;Sitio web=website;NIF=-

    Spanish, deals|opportunity
    Nombre de la oportunidad=name;Cuenta=company_name;Importe=amount;Etapa=stage;Probabilidad=probability
    Fecha de cierre=expected_close_date;Contacto=contact;Propietario=assigned_to;Moneda=currency

    Portuguese, leads|lead
    Nome=first_name;Sobrenome=last_name;E-mail=email;Telefone=phone;Empresa=company_name;Cargo=job_title
    Origem=lead_source;Situação=status;Prioridade=priority;Valor estimado=estimated_value;Responsável=assigned_to
    Último contato=last_contact_date;Observações=notes;Data de criação=created_at

    Portuguese, contacts|contact
    Nome completo=split;Endereço de e-mail=email;Celular=mobile;Telefone comercial=phone;Empresa=company_name
    Endereço=address_line_1;Cidade=city;UF=state;CEP=postal_code;País=country;CPF=-

    Portuguese, deals|opportunity
    Nome do negócio=name;Empresa=company_name;Valor=amount;Moeda=currency;Etapa=stage;Contato=contact
    Data prevista de fechamento=expected_close_date;Responsável=assigned_to;Motivo da perda=lost_reason

    Portuguese, tasks|task
    Tarefa=title;Descrição=description;Prazo=due_date;Situação=status;Prioridade=priority;Responsável=assigned_to

    Japanese, leads|lead
    姓=last_name;名=first_name;会社名=company_name;部署=-;役職=job_title;メールアドレス=email;電話番号=phone
    リードソース=lead_source;ステータス=status;優先度=priority;見込み金額=estimated_value;備考=notes;登録日=created_at

    Japanese, contacts|contact
    氏名=split;会社名=company_name;部署名=department;役職=job_title;メール=email;電話=phone;携帯電話=mobile
    郵便番号=postal_code;都道府県=state;市区町村=city;住所=address_line_1;メモ=notes

    Japanese, deals|opportunity
    案件名=name;取引先名=company_name;金額=amount;フェーズ=stage;確度=probability;完了予定日=expected_close_date
    所有者=assigned_to;説明=description

    Japanese, tasks|task
    件名=title;期限=due_date;状況=status;優先度=priority;担当=assigned_to;内容=description

    Web form|lead
    Your Name=split;Your Email=email;Your Phone=phone;Company=company_name;Message=notes;Timestamp=-;IP Address=-
    UTM Source=lead_source

    Accounts list with owners' addresses|lead
    Company=company_name;Account Manager=assigned_to;Account Manager Email=-;Assistant Email=-;Billing Amount=-
    Discount Amount=-;Tax Amount=-;Email Status=-;Email Count=-

    Call log|activity
    Date=occurred_at;Type=activity_type;Subject=subject;Notes=body;Outcome=outcome;Duration (minutes)=duration_minutes
    Contact Name=contact
    """
}
