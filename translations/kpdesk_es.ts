<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="es" sourcelanguage="en">
<context>
    <name>AboutDialog</name>
    <message>
        <source>kpdesk is an independent app. It is not made or endorsed by any health plan. Names of health plans belong to their owners.</source>
        <translation>kpdesk es una aplicación independiente. Ningún plan de salud la hizo ni la respalda. Los nombres de los planes de salud pertenecen a sus dueños.</translation>
    </message>
    <message>
        <source>kpdesk is free software under the Apache License 2.0. It contains:</source>
        <translation>kpdesk es software libre con la licencia Apache 2.0. Contiene:</translation>
    </message>
    <message>
        <source>Licences</source>
        <translation>Licencias</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
    <message>
        <source>About kpdesk</source>
        <translation>Acerca de kpdesk</translation>
    </message>
</context>
<context>
    <name>AppointmentRow</name>
    <message>
        <source>Join</source>
        <translation>Entrar</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Detalles</translation>
    </message>
</context>
<context>
    <name>Banner</name>
    <message>
        <source>Close this message</source>
        <translation>Cerrar este mensaje</translation>
    </message>
    <message>
        <source>Close this message: {title}</source>
        <extracomment>Said of the button that closes a message; {title} is its first sentence</extracomment>
        <translation>Cerrar este mensaje: {title}</translation>
    </message>
</context>
<context>
    <name>CallCards</name>
    <message>
        <source>Leaving the visit</source>
        <translation>Saliendo de la consulta</translation>
    </message>
    <message>
        <source>We are connecting picture and sound.</source>
        <translation>Estamos conectando la imagen y el sonido.</translation>
    </message>
    <message>
        <source>This takes longer than usual. You can wait, or leave and join again.</source>
        <translation>Está tardando más de lo normal. Puede esperar, o salir y volver a entrar.</translation>
    </message>
    <message>
        <source>{doctor} is ready for you</source>
        <translation>{doctor} está listo para atenderle</translation>
    </message>
    <message>
        <source>The connection was lost. Stay here, you keep your place.</source>
        <translation>Se perdió la conexión. Quédese aquí; usted conserva su lugar.</translation>
    </message>
    <message>
        <source>We keep trying. Check that this computer is on the internet, or call {phone}.</source>
        <translation>Seguimos intentando. Revise que esta computadora tenga Internet o llame al {phone}.</translation>
    </message>
    <message>
        <source>For {time}</source>
        <extracomment>Under &quot;Connecting you again&quot;; {time} counts up, for example 0:12
----------
How long the doctor has been away; {time} counts up, for example 0:12</extracomment>
        <translation>Desde hace {time}</translation>
    </message>
    <message>
        <source>Connecting you again</source>
        <translation>Conectándole de nuevo</translation>
    </message>
    <message>
        <source>{doctor} stepped away</source>
        <translation>{doctor} salió un momento</translation>
    </message>
    <message>
        <source>Stay here. The visit goes on by itself when they are back.</source>
        <translation>Quédese aquí. La consulta seguirá por sí sola cuando regrese.</translation>
    </message>
    <message>
        <source>{doctor} has the camera off</source>
        <translation>{doctor} tiene la cámara apagada</translation>
    </message>
    <message>
        <source>You can hear each other.</source>
        <translation>Pueden oírse.</translation>
    </message>
    <message>
        <source>The picture is on its way</source>
        <translation>La imagen está por llegar</translation>
    </message>
    <message>
        <source>The visit service is not reachable. You can go on talking.</source>
        <translation>No hay conexión con el servicio de consultas. Pueden seguir hablando.</translation>
    </message>
    <message>
        <source>{doctor} has the microphone off</source>
        <translation>{doctor} tiene el micrófono apagado</translation>
    </message>
    <message>
        <source>Show me</source>
        <extracomment>Button of a note about a camera, microphone or speaker that does not work</extracomment>
        <translation>Mostrar</translation>
    </message>
    <message>
        <source>Turn on</source>
        <extracomment>Button: turn the microphone on</extracomment>
        <translation>Encender</translation>
    </message>
    <message>
        <source>Your microphone is off. {doctor} cannot hear you.</source>
        <translation>Su micrófono está apagado. {doctor} no puede oírle.</translation>
    </message>
    <message>
        <source>Turn the microphone on</source>
        <translation>Encender el micrófono</translation>
    </message>
    <message>
        <source>Turn the microphone off</source>
        <translation>Apagar el micrófono</translation>
    </message>
    <message>
        <source>Turn the camera on</source>
        <translation>Encender la cámara</translation>
    </message>
    <message>
        <source>Turn the camera off</source>
        <translation>Apagar la cámara</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>Mensajes</translation>
    </message>
    <message>
        <source>Chat, unread messages: {count}</source>
        <extracomment>For screen readers</extracomment>
        <translation>Mensajes, sin leer: {count}</translation>
    </message>
    <message>
        <source>More</source>
        <extracomment>Button of the call&apos;s bar: opens a menu with devices, volume, full screen, keyboard help</extracomment>
        <translation>Más</translation>
    </message>
    <message>
        <source>Devices, volume, full screen, keys</source>
        <translation>Dispositivos, volumen, pantalla completa, teclas</translation>
    </message>
    <message>
        <source>Leave</source>
        <translation>Salir</translation>
    </message>
    <message>
        <source>Leave the visit</source>
        <translation>Salir de la consulta</translation>
    </message>
</context>
<context>
    <name>CallHost</name>
    <message>
        <source>Video visit</source>
        <translation>Consulta por video</translation>
    </message>
</context>
<context>
    <name>CallKeys</name>
    <message>
        <source>Microphone on or off</source>
        <translation>Encender o apagar el micrófono</translation>
    </message>
    <message>
        <source>Camera on or off</source>
        <translation>Encender o apagar la cámara</translation>
    </message>
    <message>
        <source>Open or close the chat</source>
        <translation>Abrir o cerrar los mensajes</translation>
    </message>
    <message>
        <source>Choose camera, microphone and speaker</source>
        <translation>Elegir cámara, micrófono y bocina</translation>
    </message>
    <message>
        <source>Louder</source>
        <translation>Más volumen</translation>
    </message>
    <message>
        <source>Quieter</source>
        <translation>Menos volumen</translation>
    </message>
    <message>
        <source>Show or hide your own picture</source>
        <extracomment>The small picture of the patient in a corner of the call window</extracomment>
        <translation>Mostrar u ocultar su propia imagen</translation>
    </message>
    <message>
        <source>Move your own picture to another corner, when it is selected</source>
        <translation>Mover su propia imagen a otra esquina, cuando está seleccionada</translation>
    </message>
    <message>
        <source>Full screen on or off</source>
        <translation>Entrar o salir de pantalla completa</translation>
    </message>
    <message>
        <source>Leave full screen, or close what is open at the side</source>
        <translation>Salir de pantalla completa, o cerrar lo que está abierto al lado</translation>
    </message>
    <message>
        <source>This list</source>
        <translation>Esta lista</translation>
    </message>
    <message>
        <source>Leave the visit</source>
        <translation>Salir de la consulta</translation>
    </message>
</context>
<context>
    <name>CallPage</name>
    <message>
        <source>Devices and volume</source>
        <extracomment>Menu: choose camera, microphone, speaker and volume</extracomment>
        <translation>Dispositivos y volumen</translation>
    </message>
    <message>
        <source>Hide my picture</source>
        <translation>Ocultar mi imagen</translation>
    </message>
    <message>
        <source>Show my picture</source>
        <translation>Mostrar mi imagen</translation>
    </message>
    <message>
        <source>Leave full screen</source>
        <translation>Salir de pantalla completa</translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation>Pantalla completa</translation>
    </message>
    <message>
        <source>Keyboard help</source>
        <translation>Ayuda del teclado</translation>
    </message>
    <message>
        <source>You</source>
        <extracomment>Under the patient&apos;s own small picture</extracomment>
        <translation>Usted</translation>
    </message>
    <message>
        <source>Camera off</source>
        <translation>Cámara apagada</translation>
    </message>
    <message>
        <source>No camera</source>
        <translation>Sin cámara</translation>
    </message>
    <message>
        <source>Your own picture. Move it with the arrow keys.</source>
        <translation>Su propia imagen. Muévala con las flechas del teclado.</translation>
    </message>
    <message>
        <source>Chat</source>
        <extracomment>Headings of the panel at the side of the call</extracomment>
        <translation>Mensajes</translation>
    </message>
    <message>
        <source>Devices</source>
        <translation>Dispositivos</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
    <message>
        <source>Controls of the visit</source>
        <translation>Controles de la consulta</translation>
    </message>
    <message>
        <source>Picture of your doctor</source>
        <translation>Imagen de su médico</translation>
    </message>
</context>
<context>
    <name>CallWords</name>
    <message>
        <source>Your doctor</source>
        <extracomment>Stands for the doctor&apos;s name at the start of a sentence. Spanish: Su médico</extracomment>
        <translation>Su médico</translation>
    </message>
    <message>
        <source>Good connection</source>
        <translation>Buena conexión</translation>
    </message>
    <message>
        <source>Weak connection</source>
        <translation>Conexión débil</translation>
    </message>
    <message>
        <source>Poor connection</source>
        <translation>Mala conexión</translation>
    </message>
    <message>
        <source>We hear you</source>
        <extracomment>Beside the microphone&apos;s level while somebody speaks. Spanish: Le oímos</extracomment>
        <translation>Le oímos</translation>
    </message>
    <message>
        <source>It is quiet</source>
        <extracomment>Beside the microphone&apos;s level: there is no voice. Spanish: No se oye nada</extracomment>
        <translation>Hay silencio</translation>
    </message>
    <message>
        <source>Muted</source>
        <extracomment>The patient turned the microphone off. Spanish: Micrófono apagado</extracomment>
        <translation>Apagado</translation>
    </message>
    <message>
        <source>No microphone</source>
        <extracomment>There is no microphone that works. Spanish: Sin micrófono</extracomment>
        <translation>Sin micrófono</translation>
    </message>
    <message>
        <source>Camera</source>
        <translation>Cámara</translation>
    </message>
    <message>
        <source>Microphone</source>
        <translation>Micrófono</translation>
    </message>
    <message>
        <source>Speaker</source>
        <extracomment>The loudspeaker. Spanish: Bocina</extracomment>
        <translation>Bocina</translation>
    </message>
    <message>
        <source>Microphone off</source>
        <translation>Micrófono apagado</translation>
    </message>
    <message>
        <source>Microphone on</source>
        <translation>Micrófono encendido</translation>
    </message>
    <message>
        <source>Camera off</source>
        <translation>Cámara apagada</translation>
    </message>
    <message>
        <source>No camera</source>
        <translation>Sin cámara</translation>
    </message>
    <message>
        <source>Camera on</source>
        <translation>Cámara encendida</translation>
    </message>
    <message>
        <source>You are in the waiting room.</source>
        <translation>Usted está en la sala de espera.</translation>
    </message>
    <message>
        <source>{doctor} has been told that you are here.</source>
        <translation>{doctor} ya sabe que usted está aquí.</translation>
    </message>
    <message>
        <source>{doctor} is running late.</source>
        <translation>{doctor} va a llegar tarde.</translation>
    </message>
    <message>
        <source>{doctor} is ready for you. The visit begins.</source>
        <translation>{doctor} está listo para atenderle. Empieza la consulta.</translation>
    </message>
    <message>
        <source>You are connected with {doctor}.</source>
        <translation>Ya está en conexión con {doctor}.</translation>
    </message>
    <message>
        <source>The connection was lost. We are connecting you again.</source>
        <translation>Se perdió la conexión. Le estamos conectando de nuevo.</translation>
    </message>
    <message>
        <source>You are connected again.</source>
        <translation>Ya tiene conexión de nuevo.</translation>
    </message>
    <message>
        <source>{doctor} stepped away. Stay here.</source>
        <translation>{doctor} salió un momento. Quédese aquí.</translation>
    </message>
    <message>
        <source>You are back in the waiting room.</source>
        <translation>Está de nuevo en la sala de espera.</translation>
    </message>
    <message>
        <source>We have lost the visit service. We are trying again.</source>
        <translation>Perdimos el servicio de consultas. Estamos intentando de nuevo.</translation>
    </message>
    <message>
        <source>The visit service is back.</source>
        <translation>Volvió el servicio de consultas.</translation>
    </message>
    <message>
        <source>Your microphone is on.</source>
        <translation>Su micrófono está encendido.</translation>
    </message>
    <message>
        <source>Your microphone is off.</source>
        <translation>Su micrófono está apagado.</translation>
    </message>
    <message>
        <source>Your camera is on.</source>
        <translation>Su cámara está encendida.</translation>
    </message>
    <message>
        <source>Your camera is off.</source>
        <translation>Su cámara está apagada.</translation>
    </message>
    <message>
        <source>{doctor} turned the microphone on.</source>
        <translation>{doctor} encendió el micrófono.</translation>
    </message>
    <message>
        <source>{doctor} turned the microphone off.</source>
        <translation>{doctor} apagó el micrófono.</translation>
    </message>
    <message>
        <source>{doctor} turned the camera on.</source>
        <translation>{doctor} encendió la cámara.</translation>
    </message>
    <message>
        <source>{doctor} turned the camera off.</source>
        <translation>{doctor} apagó la cámara.</translation>
    </message>
    <message>
        <source>New message from {doctor}.</source>
        <translation>Mensaje nuevo de {doctor}.</translation>
    </message>
    <message>
        <source>A device does not work. The screen says what to do.</source>
        <translation>Un dispositivo no funciona. La pantalla dice qué hacer.</translation>
    </message>
    <message>
        <source>The visit has ended.</source>
        <translation>La consulta terminó.</translation>
    </message>
    <message>
        <source>You left the visit</source>
        <translation>Usted salió de la consulta</translation>
    </message>
    <message>
        <source>Your visit has ended</source>
        <translation>Su consulta terminó</translation>
    </message>
    <message>
        <source>The practice cancelled this visit</source>
        <translation>El consultorio canceló esta consulta</translation>
    </message>
    <message>
        <source>Your visit has a new time</source>
        <translation>Su consulta tiene un nuevo horario</translation>
    </message>
    <message>
        <source>The time for this visit is over</source>
        <translation>Ya pasó la hora de esta consulta</translation>
    </message>
    <message>
        <source>You joined on another device</source>
        <translation>Usted entró en otro dispositivo</translation>
    </message>
    <message>
        <source>You cannot join this visit now</source>
        <translation>No puede entrar a esta consulta ahora</translation>
    </message>
    <message>
        <source>The connection to {doctor} was lost</source>
        <translation>Se perdió la conexión con {doctor}</translation>
    </message>
</context>
<context>
    <name>ChatPanel</name>
    <message>
        <source>You</source>
        <extracomment>Heads the patient&apos;s own lines in the chat</extracomment>
        <translation>Usted</translation>
    </message>
    <message>
        <source>{count} characters too long</source>
        <extracomment>{count} characters have to go before the message can be sent</extracomment>
        <translation>Sobran {count} caracteres</translation>
    </message>
    <message>
        <source>{count} characters left</source>
        <translation>Quedan {count} caracteres</translation>
    </message>
    <message>
        <source>Write to your doctor. Messages are gone when the visit ends.</source>
        <translation>Escriba a su médico. Los mensajes se borran cuando termina la consulta.</translation>
    </message>
    <message>
        <source>Write a message</source>
        <extracomment>Inside the empty field of the chat</extracomment>
        <translation>Escriba un mensaje</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Mensaje</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>Enviar</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>Mensajes</translation>
    </message>
</context>
<context>
    <name>CheckPages</name>
    <message>
        <source>Camera</source>
        <translation>Cámara</translation>
    </message>
    <message>
        <source>Speaker</source>
        <translation>Bocina</translation>
    </message>
    <message>
        <source>Microphone</source>
        <translation>Micrófono</translation>
    </message>
    <message>
        <source>Internet</source>
        <translation>Internet</translation>
    </message>
    <message>
        <source>Summary</source>
        <translation>Resumen</translation>
    </message>
    <message>
        <source>Checking …</source>
        <translation>Revisando …</translation>
    </message>
    <message>
        <source>Works</source>
        <translation>Funciona</translation>
    </message>
    <message>
        <source>Could be better</source>
        <translation>Puede mejorar</translation>
    </message>
    <message>
        <source>Does not work</source>
        <translation>No funciona</translation>
    </message>
    <message>
        <source>Skipped</source>
        <translation>Omitido</translation>
    </message>
    <message>
        <source>Not checked</source>
        <translation>Sin revisar</translation>
    </message>
    <message>
        <source>Reaching the visit service</source>
        <translation>Conexión con el servicio de consultas</translation>
    </message>
    <message>
        <source>Sound and picture get through</source>
        <translation>El sonido y la imagen pasan</translation>
    </message>
    <message>
        <source>Speed of your internet</source>
        <translation>Velocidad de su internet</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Esta computadora</translation>
    </message>
    <message>
        <source>Practice call</source>
        <translation>Llamada de práctica</translation>
    </message>
    <message>
        <source>Check again</source>
        <translation>Volver a revisar</translation>
    </message>
    <message>
        <source>Turn it up</source>
        <translation>Subir el volumen</translation>
    </message>
    <message>
        <source>Use that one</source>
        <translation>Usar ese</translation>
    </message>
    <message>
        <source>Open browser</source>
        <translation>Abrir el navegador</translation>
    </message>
    <message>
        <source>Open settings</source>
        <translation>Abrir la configuración</translation>
    </message>
    <message>
        <source>This takes longer than it should. You can skip it and come back.</source>
        <translation>Esto tarda más de lo normal. Puede omitirlo y volver después.</translation>
    </message>
    <message>
        <source>Your camera works</source>
        <translation>Su cámara funciona</translation>
    </message>
    <message>
        <source>This is how your doctor will see you.</source>
        <translation>Así le verá su médico.</translation>
    </message>
    <message>
        <source>Your picture could be better.</source>
        <translation>Su imagen puede mejorar.</translation>
    </message>
    <message>
        <source>We have no good picture of you</source>
        <translation>No tenemos una buena imagen de usted</translation>
    </message>
    <message>
        <source>Your doctor could not see you like this.</source>
        <translation>Así su médico no podría verle.</translation>
    </message>
    <message>
        <source>You skipped the camera</source>
        <translation>Omitió la cámara</translation>
    </message>
    <message>
        <source>Sit so that your face is in the middle of the picture.</source>
        <translation>Siéntese de modo que su cara quede en el centro de la imagen.</translation>
    </message>
    <message>
        <source>We are starting your camera.</source>
        <translation>Estamos encendiendo su cámara.</translation>
    </message>
    <message>
        <source>Look into the camera</source>
        <translation>Mire a la cámara</translation>
    </message>
    <message>
        <source>Did you hear it?</source>
        <translation>¿Lo oyó?</translation>
    </message>
    <message>
        <source>We played a sound on the left, then on the right.</source>
        <translation>Tocamos un sonido a la izquierda y luego a la derecha.</translation>
    </message>
    <message>
        <source>We play a sound on the left, then on the right.</source>
        <translation>Tocamos un sonido a la izquierda y luego a la derecha.</translation>
    </message>
    <message>
        <source>Listen</source>
        <translation>Escuche</translation>
    </message>
    <message>
        <source>Your speaker works</source>
        <translation>Su bocina funciona</translation>
    </message>
    <message>
        <source>You will hear your doctor.</source>
        <translation>Usted oirá a su médico.</translation>
    </message>
    <message>
        <source>Your sound could be better.</source>
        <translation>Su sonido puede mejorar.</translation>
    </message>
    <message>
        <source>You skipped the speaker</source>
        <translation>Omitió la bocina</translation>
    </message>
    <message>
        <source>Your speaker does not work yet</source>
        <translation>Su bocina aún no funciona</translation>
    </message>
    <message>
        <source>You could not hear your doctor like this.</source>
        <translation>Así no podría oír a su médico.</translation>
    </message>
    <message>
        <source>For example: “Good morning, doctor.” We listen for your voice.</source>
        <translation>Por ejemplo: “Buenos días, doctor.” Escuchamos su voz.</translation>
    </message>
    <message>
        <source>Say a few words</source>
        <translation>Diga unas palabras</translation>
    </message>
    <message>
        <source>This is your voice</source>
        <translation>Esta es su voz</translation>
    </message>
    <message>
        <source>Your doctor will hear you like this.</source>
        <translation>Así lo oirá su médico.</translation>
    </message>
    <message>
        <source>Did you hear yourself?</source>
        <translation>¿Oyó su voz?</translation>
    </message>
    <message>
        <source>We played back what you said.</source>
        <translation>Tocamos lo que usted dijo.</translation>
    </message>
    <message>
        <source>Now be quiet for a moment</source>
        <translation>Ahora guarde silencio un momento</translation>
    </message>
    <message>
        <source>We play a short sound and listen to it.</source>
        <translation>Tocamos un sonido corto y lo escuchamos.</translation>
    </message>
    <message>
        <source>We are starting your microphone.</source>
        <translation>Estamos encendiendo su micrófono.</translation>
    </message>
    <message>
        <source>One moment</source>
        <translation>Un momento</translation>
    </message>
    <message>
        <source>We hear you well</source>
        <translation>Le oímos bien</translation>
    </message>
    <message>
        <source>Your doctor will hear you too.</source>
        <translation>Su médico también le oirá.</translation>
    </message>
    <message>
        <source>We hear you</source>
        <translation>Le oímos</translation>
    </message>
    <message>
        <source>You skipped the microphone</source>
        <translation>Omitió el micrófono</translation>
    </message>
    <message>
        <source>We can’t hear you yet</source>
        <translation>Aún no le oímos</translation>
    </message>
    <message>
        <source>Your doctor could not hear you like this.</source>
        <translation>Así su médico no podría oírle.</translation>
    </message>
    <message>
        <source>This takes a few seconds. You can go on without waiting.</source>
        <translation>Esto tarda unos segundos. Puede seguir sin esperar.</translation>
    </message>
    <message>
        <source>We are checking your internet</source>
        <translation>Estamos revisando su internet</translation>
    </message>
    <message>
        <source>Your internet works</source>
        <translation>Su internet funciona</translation>
    </message>
    <message>
        <source>It is good enough for a visit with sound and picture.</source>
        <translation>Es suficiente para una consulta con sonido e imagen.</translation>
    </message>
    <message>
        <source>A visit is possible, but something could be better.</source>
        <translation>La consulta es posible, pero algo puede mejorar.</translation>
    </message>
    <message>
        <source>You skipped the internet</source>
        <translation>Omitió el internet</translation>
    </message>
    <message>
        <source>Something stands in the way</source>
        <translation>Algo lo impide</translation>
    </message>
    <message>
        <source>You may go on and try your visit all the same.</source>
        <translation>De todos modos puede seguir e intentar su consulta.</translation>
    </message>
    <message>
        <source>You’re ready</source>
        <translation>Todo está listo</translation>
    </message>
    <message>
        <source>Camera, sound and internet work. You can join your visit.</source>
        <translation>La cámara, el sonido y el internet funcionan. Puede entrar a su cita.</translation>
    </message>
    <message>
        <source>Your visit will work. This would make it better:</source>
        <translation>Su cita va a salir bien. Con esto saldrá mejor:</translation>
    </message>
    <message>
        <source>We have not checked: {steps}.</source>
        <extracomment>{steps} is a list such as &quot;Camera, Speaker&quot;</extracomment>
        <translation>No hemos revisado: {steps}.</translation>
    </message>
    <message>
        <source>So far, so good</source>
        <translation>Hasta ahora, todo bien</translation>
    </message>
    <message>
        <source>Some of it could not be checked.</source>
        <translation>Una parte no se pudo revisar.</translation>
    </message>
    <message>
        <source>Almost there</source>
        <translation>Falta poco</translation>
    </message>
    <message>
        <source>Fix this before your visit. Begin at the top:</source>
        <translation>Arregle esto antes de su consulta. Empiece por arriba:</translation>
    </message>
    <message>
        <source>We are almost done</source>
        <translation>Ya casi está</translation>
    </message>
    <message>
        <source>The last part is still being checked.</source>
        <translation>Nos falta ver una parte.</translation>
    </message>
    <message>
        <source>{step}: {state}</source>
        <extracomment>{step} is for example &quot;Camera&quot;, {state} &quot;Works&quot;</extracomment>
        <translation>{step}: {state}</translation>
    </message>
</context>
<context>
    <name>CheckRail</name>
    <message>
        <source>Check my computer</source>
        <translation>Revisar mi computadora</translation>
    </message>
    <message>
        <source>We keep no picture and no sound of you.</source>
        <translation>No guardamos su imagen ni su voz.</translation>
    </message>
</context>
<context>
    <name>CheckWindow</name>
    <message>
        <source>Skip this step</source>
        <extracomment>The way out of a wait; else the button says &quot;Skip&quot;</extracomment>
        <translation>Omitir este paso</translation>
    </message>
    <message>
        <source>Skip</source>
        <translation>Omitir</translation>
    </message>
    <message>
        <source>Check my computer</source>
        <translation>Revisar mi computadora</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Atrás</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Continuar</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Intentar de nuevo</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Listo</translation>
    </message>
    <message>
        <source>Details for IT</source>
        <translation>Detalles técnicos</translation>
    </message>
    <message>
        <source>Save report</source>
        <translation>Guardar informe</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Guardar</translation>
    </message>
    <message>
        <source>Your report is saved.</source>
        <translation>Su informe está guardado.</translation>
    </message>
    <message>
        <source>We could not save it there. Choose another place.</source>
        <translation>No pudimos guardarlo ahí. Elija otro lugar.</translation>
    </message>
    <message>
        <source>Copy for support</source>
        <translation>Copiar para ayuda</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Copiar</translation>
    </message>
    <message>
        <source>Copied. You can paste it into a message now.</source>
        <translation>Copiado. Ya puede pegarlo en un mensaje.</translation>
    </message>
</context>
<context>
    <name>CheckWords</name>
    <message>
        <source>Your last check found a problem</source>
        <translation>Su última revisión encontró un problema</translation>
    </message>
    <message>
        <source>Something has changed since your last check: {what}</source>
        <extracomment>{what} is for example &quot;your headset is missing&quot;</extracomment>
        <translation>Algo ha cambiado desde su última revisión: {what}</translation>
    </message>
    <message>
        <source>Your computer passed its check today</source>
        <translation>Su computadora pasó la revisión hoy</translation>
    </message>
    <message>
        <source>Your computer passed its check yesterday</source>
        <translation>Su computadora pasó la revisión ayer</translation>
    </message>
    <message>
        <source>Your computer passed its check on {day}</source>
        <extracomment>{day} is a weekday. Spanish: Su computadora pasó la revisión el {day}</extracomment>
        <translation>Su computadora pasó la revisión el {day}</translation>
    </message>
    <message>
        <source>Your computer passed its check on {date}</source>
        <extracomment>{date} is for example &quot;November 3&quot;. Spanish: Su computadora pasó la revisión el {date}</extracomment>
        <translation>Su computadora pasó la revisión el {date}</translation>
    </message>
    <message>
        <source>from your last check</source>
        <extracomment>After the name of a thing: the headset from your last check</extracomment>
        <translation>de su última revisión</translation>
    </message>
    <message>
        <source>from earlier today</source>
        <extracomment>After the name of a thing: the headset from earlier today</extracomment>
        <translation>de hoy</translation>
    </message>
    <message>
        <source>from yesterday</source>
        <extracomment>After the name of a thing: the headset from yesterday</extracomment>
        <translation>de ayer</translation>
    </message>
    <message>
        <source>from {day}</source>
        <extracomment>After the name of a thing; {day} is a weekday: the headset from Monday</extracomment>
        <translation>del {day}</translation>
    </message>
    <message>
        <source>from {date}</source>
        <extracomment>After the name of a thing; {date} is for example &quot;November 3&quot;: the headset from November 3</extracomment>
        <translation>del {date}</translation>
    </message>
    <message>
        <source>MMMM d</source>
        <extracomment>Date pattern of Qt: month and day, long. Spanish: d &apos;de&apos; MMMM</extracomment>
        <translation>d &apos;de&apos; MMMM</translation>
    </message>
    <message>
        <source>MMMM d, yyyy</source>
        <extracomment>Date pattern of Qt: month, day and year, long. Spanish: d &apos;de&apos; MMMM &apos;de&apos; yyyy</extracomment>
        <translation>d &apos;de&apos; MMMM &apos;de&apos; yyyy</translation>
    </message>
    <message>
        <source>See if your camera and sound work before your visit.</source>
        <translation>Vea antes de su cita si su cámara y su sonido funcionan.</translation>
    </message>
    <message>
        <source>It takes less than a minute.</source>
        <translation>Toma menos de un minuto.</translation>
    </message>
    <message>
        <source>Your visit is less than a day away.</source>
        <translation>Falta menos de un día para su cita.</translation>
    </message>
    <message>
        <source>See now if your camera and sound work. There is still time to get help.</source>
        <translation>Vea ahora si su cámara y su sonido funcionan. Todavía hay tiempo para pedir ayuda.</translation>
    </message>
    <message>
        <source>Your visit starts soon.</source>
        <translation>Su cita empieza pronto.</translation>
    </message>
    <message>
        <source>See if your camera and sound work. It takes less than a minute.</source>
        <translation>Vea si su cámara y su sonido funcionan. Toma menos de un minuto.</translation>
    </message>
    <message>
        <source>While you wait, see if your camera and sound work.</source>
        <translation>Mientras espera, vea si su cámara y su sonido funcionan.</translation>
    </message>
    <message>
        <source>It takes less than a minute. You keep your place.</source>
        <translation>Toma menos de un minuto. Usted no pierde su lugar.</translation>
    </message>
    <message>
        <source>Check again</source>
        <translation>Volver a revisar</translation>
    </message>
    <message>
        <source>You cannot join yet</source>
        <translation>Todavía no puede entrar a la cita</translation>
    </message>
    <message>
        <source>You have not checked your computer yet</source>
        <translation>Todavía no ha revisado su computadora</translation>
    </message>
    <message>
        <source>Check my computer</source>
        <translation>Revisar mi computadora</translation>
    </message>
    <message>
        <source>Your last check was not finished</source>
        <translation>Su última revisión no se terminó</translation>
    </message>
    <message>
        <source>We could not look at everything. The visit may still work for you.</source>
        <translation>No pudimos revisar todo. Es posible que la cita funcione bien.</translation>
    </message>
    <message>
        <source>Your check found a problem</source>
        <translation>Su revisión encontró un problema</translation>
    </message>
    <message>
        <source>Your doctor may not see or hear you well. Do you want to join?</source>
        <translation>Es posible que su médico no le vea o no le oiga bien. ¿Quiere entrar?</translation>
    </message>
    <message>
        <source>Plug it in if you can. Then check again, or join without it.</source>
        <translation>Si puede, conecte lo que falta. Luego vuelva a revisar, o entre así.</translation>
    </message>
    <message>
        <source>Check again to see if it works, or join now.</source>
        <translation>Vuelva a revisar para ver si funciona, o entre ahora.</translation>
    </message>
    <message>
        <source>Plug in what is missing if you can. Then check again, or join now.</source>
        <translation>Si puede, conecte lo que falta. Luego vuelva a revisar, o entre ahora.</translation>
    </message>
    <message>
        <source>Check again to see if all of it works, or join now.</source>
        <translation>Vuelva a revisar para ver si todo funciona, o entre ahora.</translation>
    </message>
    <message>
        <source>Something has changed since your last check</source>
        <translation>Algo ha cambiado desde su última revisión</translation>
    </message>
    <message>
        <source>First, this has to work: {devices}.</source>
        <extracomment>{devices} is for example &quot;your camera and your microphone&quot;</extracomment>
        <translation>Primero tiene que funcionar esto: {devices}.</translation>
    </message>
    <message>
        <source>Need help? Call {phone}. The line is open now.</source>
        <translation>¿Necesita ayuda? Llame al {phone}. La línea está abierta ahora.</translation>
    </message>
    <message>
        <source>Need help? Call {phone}. The line is closed now. Hours: {hours}.</source>
        <translation>¿Necesita ayuda? Llame al {phone}. La línea está cerrada ahora. Horario: {hours}.</translation>
    </message>
    <message>
        <source>your camera</source>
        <translation>su cámara</translation>
    </message>
    <message>
        <source>your speaker</source>
        <translation>su bocina</translation>
    </message>
    <message>
        <source>your microphone</source>
        <translation>su micrófono</translation>
    </message>
    <message>
        <source>The headset {when} is missing.</source>
        <translation>Faltan los audífonos {when}.</translation>
    </message>
    <message>
        <source>The microphone {when} is missing.</source>
        <translation>Falta el micrófono {when}.</translation>
    </message>
    <message>
        <source>The speaker {when} is missing.</source>
        <translation>Falta la bocina {when}.</translation>
    </message>
    <message>
        <source>The camera {when} is missing.</source>
        <translation>Falta la cámara {when}.</translation>
    </message>
    <message>
        <source>Your microphone is not the one {when}.</source>
        <translation>Su micrófono no es el {when}.</translation>
    </message>
    <message>
        <source>Your speaker is not the one {when}.</source>
        <translation>Su bocina no es la {when}.</translation>
    </message>
    <message>
        <source>Your camera is not the one {when}.</source>
        <translation>Su cámara no es la {when}.</translation>
    </message>
    <message>
        <source>Your internet is not the one {when}.</source>
        <translation>Su internet no es el {when}.</translation>
    </message>
    <message>
        <source>kpdesk is newer than the one {when}.</source>
        <translation>kpdesk es más nuevo que el {when}.</translation>
    </message>
    <message>
        <source>your headset is missing</source>
        <translation>faltan sus audífonos</translation>
    </message>
    <message>
        <source>your microphone is missing</source>
        <translation>falta su micrófono</translation>
    </message>
    <message>
        <source>your speaker is missing</source>
        <translation>falta su bocina</translation>
    </message>
    <message>
        <source>your camera is missing</source>
        <translation>falta su cámara</translation>
    </message>
    <message>
        <source>another microphone would be used</source>
        <translation>se usaría otro micrófono</translation>
    </message>
    <message>
        <source>another speaker would be used</source>
        <translation>se usaría otra bocina</translation>
    </message>
    <message>
        <source>another camera would be used</source>
        <translation>se usaría otra cámara</translation>
    </message>
    <message>
        <source>you are on another network</source>
        <translation>está en otra red</translation>
    </message>
    <message>
        <source>kpdesk was updated</source>
        <translation>kpdesk se actualizó</translation>
    </message>
    <message>
        <source>Check my computer now</source>
        <extracomment>Said of the button in the offer; another one on the screen is called &quot;Check my computer&quot;</extracomment>
        <translation>Revisar mi computadora ahora</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>Ahora no</translation>
    </message>
    <message>
        <source>Not now, do not check my computer</source>
        <extracomment>Said of the button that puts away the offer to check the computer</extracomment>
        <translation>Ahora no, no revisar mi computadora</translation>
    </message>
</context>
<context>
    <name>DetailsPage</name>
    <message>
        <source>Back to appointments</source>
        <translation>Volver a las citas</translation>
    </message>
    <message>
        <source>Appointment details</source>
        <translation>Detalles de la cita</translation>
    </message>
    <message>
        <source>Join now</source>
        <extracomment>Button on the page of one appointment: enter the visit</extracomment>
        <translation>Entrar ahora</translation>
    </message>
    <message>
        <source>This appointment was cancelled</source>
        <translation>Esta cita fue cancelada</translation>
    </message>
    <message>
        <source>This appointment was missed</source>
        <translation>Usted faltó a esta cita</translation>
    </message>
    <message>
        <source>It was on {when}.</source>
        <translation>Era el {when}.</translation>
    </message>
    <message>
        <source>This appointment has a new time</source>
        <translation>Esta cita tiene un nuevo horario</translation>
    </message>
    <message>
        <source>Join about {minutes} early.</source>
        <translation>Entre unos {minutes} antes.</translation>
    </message>
</context>
<context>
    <name>DeviceCombo</name>
    <message>
        <source>Your earlier choice (not connected)</source>
        <extracomment>A device that was chosen once and is unplugged now</extracomment>
        <translation>Lo que eligió antes (no conectado)</translation>
    </message>
    <message>
        <source>System default ({device})</source>
        <extracomment>The system chooses; {device} is what it chose</extracomment>
        <translation>Predeterminado del sistema ({device})</translation>
    </message>
    <message>
        <source>System default</source>
        <translation>Predeterminado del sistema</translation>
    </message>
</context>
<context>
    <name>DevicePage</name>
    <message>
        <source>Picture of your camera</source>
        <translation>Imagen de su cámara</translation>
    </message>
    <message>
        <source>No picture</source>
        <translation>Sin imagen</translation>
    </message>
    <message>
        <source>Yes, I heard it</source>
        <translation>Sí, lo oí</translation>
    </message>
    <message>
        <source>No, I did not</source>
        <translation>No lo oí</translation>
    </message>
    <message>
        <source>Play again</source>
        <translation>Tocar otra vez</translation>
    </message>
    <message>
        <source>Play back what we heard</source>
        <translation>Oír mi voz</translation>
    </message>
    <message>
        <source>Playing …</source>
        <extracomment>Beside the microphone, while the person hears their own recorded voice</extracomment>
        <translation>Sonando …</translation>
    </message>
    <message>
        <source>We listen …</source>
        <extracomment>Beside the microphone, while the computer listens to its own speaker</extracomment>
        <translation>Escuchamos …</translation>
    </message>
</context>
<context>
    <name>DevicePicker</name>
    <message>
        <source>Volume</source>
        <translation>Volumen</translation>
    </message>
</context>
<context>
    <name>EndedPage</name>
    <message>
        <source>Rejoin</source>
        <translation>Volver a entrar</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Intentar de nuevo</translation>
    </message>
    <message>
        <source>Need help? {help}</source>
        <translation>¿Necesita ayuda? {help}</translation>
    </message>
    <message>
        <source>For the help line: {code}</source>
        <extracomment>Stands small, for the help line; {code} is a technical name</extracomment>
        <translation>Para la línea de ayuda: {code}</translation>
    </message>
    <message>
        <source>You left the waiting room</source>
        <translation>Usted salió de la sala de espera</translation>
    </message>
    <message>
        <source>Look in your appointments for the next visit. For questions about your health, write to or call your doctor’s office.</source>
        <translation>Busque la próxima consulta en sus citas. Si tiene preguntas sobre su salud, escriba o llame al consultorio de su médico.</translation>
    </message>
    <message>
        <source>You do not need to do anything for this visit.</source>
        <translation>No tiene que hacer nada para esta consulta.</translation>
    </message>
    <message>
        <source>The practice will contact you, or you can make a new appointment.</source>
        <translation>El consultorio se comunicará con usted, o puede programar una nueva cita.</translation>
    </message>
    <message>
        <source>The visit can no longer be joined.</source>
        <translation>Ya no se puede entrar a la consulta.</translation>
    </message>
    <message>
        <source>If you did not see your doctor, the practice will contact you.</source>
        <translation>Si no vio a su médico, el consultorio se comunicará con usted.</translation>
    </message>
    <message>
        <source>The visit goes on there. This computer has left it.</source>
        <translation>La consulta sigue allí. Esta computadora salió de ella.</translation>
    </message>
    <message>
        <source>To come back to this computer, press Rejoin.</source>
        <translation>Para volver a esta computadora, presione Volver a entrar.</translation>
    </message>
    <message>
        <source>We could not bring it back.</source>
        <translation>No pudimos recuperarla.</translation>
    </message>
    <message>
        <source>It is still early</source>
        <translation>Todavía es temprano</translation>
    </message>
    <message>
        <source>The waiting room is open now.</source>
        <translation>La sala de espera ya está abierta.</translation>
    </message>
    <message>
        <source>You can enter the waiting room from {time}.</source>
        <extracomment>{time} is a time of day, for example 10:15 AM</extracomment>
        <translation>Puede entrar a la sala de espera a partir de esta hora: {time}.</translation>
    </message>
    <message>
        <source>Leave this window open: the button comes by itself.</source>
        <translation>Deje abierta esta ventana: el botón aparecerá por sí solo.</translation>
    </message>
    <message>
        <source>You find the new time in your appointments. You can join from there.</source>
        <translation>El nuevo horario está en sus citas. Puede entrar desde allí.</translation>
    </message>
    <message>
        <source>The practice moved your visit with {doctor}.</source>
        <translation>El consultorio cambió la hora de su consulta con {doctor}.</translation>
    </message>
    <message>
        <source>It is now on {when}.</source>
        <extracomment>{when} is a day and a time, for example Tuesday, December 1, 2:00 PM</extracomment>
        <translation>Ahora es el {when}.</translation>
    </message>
    <message>
        <source>You talked with {doctor} for {time}.</source>
        <extracomment>{time} is a length, for example 12:40 (minutes and seconds)</extracomment>
        <translation>Habló con {doctor} durante {time}.</translation>
    </message>
    <message>
        <source>If you still need your doctor, call the practice.</source>
        <translation>Si todavía necesita a su médico, llame al consultorio.</translation>
    </message>
    <message>
        <source>You can go back into the visit.</source>
        <translation>Puede volver a entrar a la consulta.</translation>
    </message>
    <message>
        <source>You can go back into the visit until {time}.</source>
        <translation>Puede volver a entrar a la consulta hasta esta hora: {time}.</translation>
    </message>
    <message>
        <source>What happens next</source>
        <translation>Qué sigue</translation>
    </message>
    <message>
        <source>Back to appointments</source>
        <translation>Volver a las citas</translation>
    </message>
</context>
<context>
    <name>Errors</name>
    <message>
        <source>You can join from {time}.</source>
        <translation>Puede entrar a partir de esta hora: {time}.</translation>
    </message>
    <message>
        <source>You are not signed on</source>
        <translation>No ha iniciado sesión</translation>
    </message>
    <message>
        <source>Signing on was stopped before it was done.</source>
        <translation>El inicio de sesión se detuvo antes de terminar.</translation>
    </message>
    <message>
        <source>Choose Sign on when you are ready.</source>
        <translation>Elija Iniciar sesión cuando esté listo.</translation>
    </message>
    <message>
        <source>Signing on took too long</source>
        <translation>El inicio de sesión tardó demasiado</translation>
    </message>
    <message>
        <source>We stopped waiting for your browser.</source>
        <translation>Dejamos de esperar a su navegador.</translation>
    </message>
    <message>
        <source>Choose Sign on to open the page again.</source>
        <translation>Elija Iniciar sesión para abrir la página de nuevo.</translation>
    </message>
    <message>
        <source>You could not be signed on</source>
        <translation>No se pudo iniciar su sesión</translation>
    </message>
    <message>
        <source>Your health plan did not accept the sign-on.</source>
        <translation>Su plan de salud no aceptó el inicio de sesión.</translation>
    </message>
    <message>
        <source>Try again. If it happens again, call the help line.</source>
        <translation>Intente de nuevo. Si vuelve a pasar, llame a la línea de ayuda.</translation>
    </message>
    <message>
        <source>Sign on again to go on</source>
        <translation>Inicie sesión de nuevo para seguir</translation>
    </message>
    <message>
        <source>To keep your information safe, you were signed out after some time.</source>
        <translation>Para proteger su información, su sesión se cerró después de un tiempo.</translation>
    </message>
    <message>
        <source>Choose Sign on. Your appointments are still there.</source>
        <translation>Elija Iniciar sesión. Sus citas siguen allí.</translation>
    </message>
    <message>
        <source>We stopped the sign-on to keep you safe</source>
        <translation>Detuvimos el inicio de sesión para protegerle</translation>
    </message>
    <message>
        <source>The answer from the sign-on page was not what we expected.</source>
        <translation>La respuesta de la página de inicio de sesión no fue la que esperábamos.</translation>
    </message>
    <message>
        <source>Try again on a network that you trust, or call the help line.</source>
        <translation>Intente de nuevo en una red de confianza, o llame a la línea de ayuda.</translation>
    </message>
    <message>
        <source>Your browser did not open</source>
        <translation>Su navegador no se abrió</translation>
    </message>
    <message>
        <source>The sign-on page opens in your web browser.</source>
        <translation>La página de inicio de sesión se abre en su navegador.</translation>
    </message>
    <message>
        <source>Copy the address and open it in any browser on this computer.</source>
        <translation>Copie la dirección y ábrala en cualquier navegador de esta computadora.</translation>
    </message>
    <message>
        <source>kpdesk cannot work with this service</source>
        <translation>kpdesk no puede usar este servicio</translation>
    </message>
    <message>
        <source>The service of your health plan does not offer what kpdesk needs.</source>
        <translation>El servicio de su plan de salud no ofrece lo que kpdesk necesita.</translation>
    </message>
    <message>
        <source>Update kpdesk, or call the help line.</source>
        <translation>Actualice kpdesk, o llame a la línea de ayuda.</translation>
    </message>
    <message>
        <source>We cannot keep you signed on</source>
        <translation>No podemos mantener su sesión abierta</translation>
    </message>
    <message>
        <source>This computer has no safe place for your sign-on.</source>
        <translation>Esta computadora no tiene un lugar seguro para guardar su sesión.</translation>
    </message>
    <message>
        <source>You can go on. Next time you will sign on again.</source>
        <translation>Puede continuar. La próxima vez tendrá que iniciar sesión de nuevo.</translation>
    </message>
    <message>
        <source>Your keychain is locked</source>
        <translation>Su llavero está bloqueado</translation>
    </message>
    <message>
        <source>kpdesk keeps your sign-on in the keychain of this computer.</source>
        <translation>kpdesk guarda su sesión en el llavero de esta computadora.</translation>
    </message>
    <message>
        <source>Unlock it and try again, or sign on again.</source>
        <translation>Desbloquéelo e intente de nuevo, o inicie sesión otra vez.</translation>
    </message>
    <message>
        <source>This computer is not on the internet</source>
        <translation>Esta computadora no tiene Internet</translation>
    </message>
    <message>
        <source>We could not reach any page.</source>
        <translation>No pudimos llegar a ninguna página.</translation>
    </message>
    <message>
        <source>Check your Wi-Fi or network cable, then try again.</source>
        <translation>Revise su Wi-Fi o el cable de red e intente de nuevo.</translation>
    </message>
    <message>
        <source>We cannot reach the visit service</source>
        <translation>No podemos llegar al servicio de consultas</translation>
    </message>
    <message>
        <source>Your internet may be off, or something blocks the way.</source>
        <translation>Puede que no tenga Internet, o que algo bloquee el paso.</translation>
    </message>
    <message>
        <source>Check your internet connection, then try again.</source>
        <translation>Revise su conexión a Internet e intente de nuevo.</translation>
    </message>
    <message>
        <source>The visit service has a problem</source>
        <translation>El servicio de consultas tiene un problema</translation>
    </message>
    <message>
        <source>It is not your computer. We keep trying.</source>
        <translation>No es su computadora. Seguimos intentando.</translation>
    </message>
    <message>
        <source>Try again in a few minutes, or call the help line.</source>
        <translation>Intente de nuevo en unos minutos, o llame a la línea de ayuda.</translation>
    </message>
    <message>
        <source>The visit service does not answer</source>
        <translation>El servicio de consultas no responde</translation>
    </message>
    <message>
        <source>It took too long to get an answer.</source>
        <translation>La respuesta tardó demasiado.</translation>
    </message>
    <message>
        <source>The connection is not safe</source>
        <translation>La conexión no es segura</translation>
    </message>
    <message>
        <source>We could not make sure that we talk to your health plan.</source>
        <translation>No pudimos confirmar que hablamos con su plan de salud.</translation>
    </message>
    <message>
        <source>Check the date and time of this computer, or try another network. Then try again.</source>
        <translation>Revise la fecha y la hora de esta computadora, o pruebe otra red. Luego intente de nuevo.</translation>
    </message>
    <message>
        <source>The visit service is very busy</source>
        <translation>El servicio de consultas está muy ocupado</translation>
    </message>
    <message>
        <source>It asked us to wait a moment.</source>
        <translation>Nos pidió esperar un momento.</translation>
    </message>
    <message>
        <source>Try again in a minute.</source>
        <translation>Intente de nuevo en un minuto.</translation>
    </message>
    <message>
        <source>We lost the connection</source>
        <translation>Perdimos la conexión</translation>
    </message>
    <message>
        <source>The visit service did not come back.</source>
        <translation>El servicio de consultas no volvió.</translation>
    </message>
    <message>
        <source>Check your internet connection, then join again.</source>
        <translation>Revise su conexión a Internet y vuelva a entrar.</translation>
    </message>
    <message>
        <source>Picture and sound cannot get through</source>
        <translation>La imagen y el sonido no pueden pasar</translation>
    </message>
    <message>
        <source>Your network may block video calls.</source>
        <translation>Puede que su red bloquee las videollamadas.</translation>
    </message>
    <message>
        <source>Try another network, or turn off a VPN. Then join again.</source>
        <translation>Pruebe otra red, o apague la VPN. Luego vuelva a entrar.</translation>
    </message>
    <message>
        <source>We got an answer that we do not understand</source>
        <translation>Recibimos una respuesta que no entendemos</translation>
    </message>
    <message>
        <source>Something is wrong at the service, not on your computer.</source>
        <translation>Algo anda mal en el servicio, no en su computadora.</translation>
    </message>
    <message>
        <source>Try again later, or call the help line.</source>
        <translation>Intente más tarde, o llame a la línea de ayuda.</translation>
    </message>
    <message>
        <source>The answer was too large</source>
        <translation>La respuesta fue demasiado grande</translation>
    </message>
    <message>
        <source>The service sent more than we can take.</source>
        <translation>El servicio envió más de lo que podemos recibir.</translation>
    </message>
    <message>
        <source>It is too early to join</source>
        <translation>Es demasiado temprano para entrar</translation>
    </message>
    <message>
        <source>Your visit is not open yet.</source>
        <translation>Su consulta todavía no está abierta.</translation>
    </message>
    <message>
        <source>Come back a few minutes before your visit.</source>
        <translation>Regrese unos minutos antes de su consulta.</translation>
    </message>
    <message>
        <source>This visit is over</source>
        <translation>Esta consulta ya terminó</translation>
    </message>
    <message>
        <source>The time to join has passed.</source>
        <translation>Ya pasó la hora de entrar.</translation>
    </message>
    <message>
        <source>If you missed your doctor, call to get a new time.</source>
        <translation>Si no vio a su médico, llame para programar otra cita.</translation>
    </message>
    <message>
        <source>This visit was cancelled</source>
        <translation>Esta consulta fue cancelada</translation>
    </message>
    <message>
        <source>It will not take place.</source>
        <translation>No se llevará a cabo.</translation>
    </message>
    <message>
        <source>Look at your appointments, or call to get a new time.</source>
        <translation>Vea sus citas, o llame para programar otra.</translation>
    </message>
    <message>
        <source>This visit has a new time</source>
        <translation>Esta consulta tiene un nuevo horario</translation>
    </message>
    <message>
        <source>The practice moved it.</source>
        <translation>El consultorio la cambió.</translation>
    </message>
    <message>
        <source>Look at your appointments for the new time.</source>
        <translation>Vea el nuevo horario en sus citas.</translation>
    </message>
    <message>
        <source>This visit is not on your account</source>
        <translation>Esta consulta no está en su cuenta</translation>
    </message>
    <message>
        <source>You are signed on as somebody else.</source>
        <translation>Está abierta la sesión de otra persona.</translation>
    </message>
    <message>
        <source>Sign out, then sign on with the account that has this visit.</source>
        <translation>Cierre la sesión e iníciela con la cuenta que tiene esta consulta.</translation>
    </message>
    <message>
        <source>We cannot find this visit</source>
        <translation>No encontramos esta consulta</translation>
    </message>
    <message>
        <source>It may have been moved or cancelled.</source>
        <translation>Puede que la hayan cambiado o cancelado.</translation>
    </message>
    <message>
        <source>Look at your appointments, or call the help line.</source>
        <translation>Vea sus citas, o llame a la línea de ayuda.</translation>
    </message>
    <message>
        <source>This visit cannot be joined yet</source>
        <translation>Todavía no se puede entrar a esta consulta</translation>
    </message>
    <message>
        <source>The practice has not set up the video for it.</source>
        <translation>El consultorio aún no ha preparado el video.</translation>
    </message>
    <message>
        <source>You could not join</source>
        <translation>No pudo entrar</translation>
    </message>
    <message>
        <source>The visit service did not let you in.</source>
        <translation>El servicio de consultas no le dejó entrar.</translation>
    </message>
    <message>
        <source>You joined on another device</source>
        <translation>Usted entró en otro dispositivo</translation>
    </message>
    <message>
        <source>A visit can be open on one device at a time.</source>
        <translation>Una consulta puede estar abierta en un solo dispositivo a la vez.</translation>
    </message>
    <message>
        <source>Go on there, or join again here.</source>
        <translation>Siga allí, o vuelva a entrar aquí.</translation>
    </message>
    <message>
        <source>This visit was missed</source>
        <translation>Usted faltó a esta consulta</translation>
    </message>
    <message>
        <source>The practice closed it because nobody joined.</source>
        <translation>El consultorio la cerró porque nadie entró.</translation>
    </message>
    <message>
        <source>Call to get a new time.</source>
        <translation>Llame para programar otra cita.</translation>
    </message>
    <message>
        <source>Your doctor’s connection was lost</source>
        <translation>Se perdió la conexión de su médico</translation>
    </message>
    <message>
        <source>They did not come back to the visit.</source>
        <translation>Su médico no volvió a la consulta.</translation>
    </message>
    <message>
        <source>Join again to wait for them, or call the help line.</source>
        <translation>Vuelva a entrar para esperar, o llame a la línea de ayuda.</translation>
    </message>
    <message>
        <source>We can’t find a camera</source>
        <translation>No encontramos una cámara</translation>
    </message>
    <message>
        <source>No camera is connected to this computer.</source>
        <translation>No hay una cámara conectada a esta computadora.</translation>
    </message>
    <message>
        <source>Connect a camera, or go on with sound alone.</source>
        <translation>Conecte una cámara, o siga solo con sonido.</translation>
    </message>
    <message>
        <source>Your camera is off in the system settings</source>
        <translation>Su cámara está apagada en la configuración del sistema</translation>
    </message>
    <message>
        <source>This computer does not let kpdesk use the camera.</source>
        <translation>Esta computadora no permite que kpdesk use la cámara.</translation>
    </message>
    <message>
        <source>Open the privacy settings of this computer and allow the camera.</source>
        <translation>Abra la configuración de privacidad de esta computadora y permita la cámara.</translation>
    </message>
    <message>
        <source>Another program uses your camera</source>
        <translation>Otro programa usa su cámara</translation>
    </message>
    <message>
        <source>A camera can serve one program at a time.</source>
        <translation>Una cámara sirve a un solo programa a la vez.</translation>
    </message>
    <message>
        <source>Close other programs that use the camera, then turn it on again.</source>
        <translation>Cierre otros programas que usen la cámara y enciéndala de nuevo.</translation>
    </message>
    <message>
        <source>Your camera stopped working</source>
        <translation>Su cámara dejó de funcionar</translation>
    </message>
    <message>
        <source>It gives no picture.</source>
        <translation>No da imagen.</translation>
    </message>
    <message>
        <source>Unplug it and plug it in again, or choose another camera.</source>
        <translation>Desconéctela y vuelva a conectarla, o elija otra cámara.</translation>
    </message>
    <message>
        <source>We can’t find a microphone</source>
        <translation>No encontramos un micrófono</translation>
    </message>
    <message>
        <source>No microphone is connected to this computer.</source>
        <translation>No hay un micrófono conectado a esta computadora.</translation>
    </message>
    <message>
        <source>Connect a headset or a microphone.</source>
        <translation>Conecte unos audífonos con micrófono o un micrófono.</translation>
    </message>
    <message>
        <source>Your microphone is off in the system settings</source>
        <translation>Su micrófono está apagado en la configuración del sistema</translation>
    </message>
    <message>
        <source>This computer does not let kpdesk use the microphone.</source>
        <translation>Esta computadora no permite que kpdesk use el micrófono.</translation>
    </message>
    <message>
        <source>Open the privacy settings of this computer and allow the microphone.</source>
        <translation>Abra la configuración de privacidad de esta computadora y permita el micrófono.</translation>
    </message>
    <message>
        <source>Another program uses your microphone</source>
        <translation>Otro programa usa su micrófono</translation>
    </message>
    <message>
        <source>It does not share it with kpdesk.</source>
        <translation>No lo comparte con kpdesk.</translation>
    </message>
    <message>
        <source>Close other programs that use the microphone, then turn it on again.</source>
        <translation>Cierre otros programas que usen el micrófono y enciéndalo de nuevo.</translation>
    </message>
    <message>
        <source>Your microphone stopped working</source>
        <translation>Su micrófono dejó de funcionar</translation>
    </message>
    <message>
        <source>It gives no sound.</source>
        <translation>No da sonido.</translation>
    </message>
    <message>
        <source>Unplug it and plug it in again, or choose another microphone.</source>
        <translation>Desconéctelo y vuelva a conectarlo, o elija otro micrófono.</translation>
    </message>
    <message>
        <source>We can’t hear you</source>
        <translation>No le oímos</translation>
    </message>
    <message>
        <source>Your microphone is on, but it gives no sound.</source>
        <translation>Su micrófono está encendido, pero no da sonido.</translation>
    </message>
    <message>
        <source>Check its own switch, or choose another microphone.</source>
        <translation>Revise su interruptor, o elija otro micrófono.</translation>
    </message>
    <message>
        <source>We can’t find a speaker</source>
        <translation>No encontramos una bocina</translation>
    </message>
    <message>
        <source>No speaker is connected to this computer.</source>
        <translation>No hay una bocina conectada a esta computadora.</translation>
    </message>
    <message>
        <source>Connect speakers or a headset.</source>
        <translation>Conecte bocinas o audífonos.</translation>
    </message>
    <message>
        <source>Another program uses your speaker</source>
        <translation>Otro programa usa su bocina</translation>
    </message>
    <message>
        <source>Close other programs that play sound, or choose another speaker.</source>
        <translation>Cierre otros programas que usen sonido, o elija otra bocina.</translation>
    </message>
    <message>
        <source>Your speaker stopped working</source>
        <translation>Su bocina dejó de funcionar</translation>
    </message>
    <message>
        <source>You cannot hear your doctor.</source>
        <translation>Usted no puede oír a su médico.</translation>
    </message>
    <message>
        <source>Unplug it and plug it in again, or choose another speaker.</source>
        <translation>Desconéctela y vuelva a conectarla, o elija otra bocina.</translation>
    </message>
    <message>
        <source>Some settings are back to normal</source>
        <translation>Algunos ajustes volvieron a lo normal</translation>
    </message>
    <message>
        <source>We could not read them, so we use the usual ones.</source>
        <translation>No pudimos leerlos, así que usamos los de siempre.</translation>
    </message>
    <message>
        <source>Check your settings when you have time.</source>
        <translation>Revise sus ajustes cuando tenga tiempo.</translation>
    </message>
    <message>
        <source>kpdesk is not set up correctly</source>
        <translation>kpdesk no está bien configurado</translation>
    </message>
    <message>
        <source>The file that describes your health plan cannot be used.</source>
        <translation>No se puede usar el archivo que describe su plan de salud.</translation>
    </message>
    <message>
        <source>Install kpdesk again, or call the help line.</source>
        <translation>Instale kpdesk de nuevo, o llame a la línea de ayuda.</translation>
    </message>
    <message>
        <source>Something went wrong in kpdesk</source>
        <translation>Algo salió mal en kpdesk</translation>
    </message>
    <message>
        <source>It is not your fault. We wrote down what happened on this computer.</source>
        <translation>No es culpa suya. Anotamos lo que pasó en esta computadora.</translation>
    </message>
    <message>
        <source>Close kpdesk and open it again. If it happens again, call the help line.</source>
        <translation>Cierre kpdesk y ábralo de nuevo. Si vuelve a pasar, llame a la línea de ayuda.</translation>
    </message>
</context>
<context>
    <name>FindingBox</name>
    <message>
        <source>{action}: {problem}</source>
        <extracomment>Said of the button of one finding: {action} is for example &quot;Open settings&quot;</extracomment>
        <translation>{action}: {problem}</translation>
    </message>
</context>
<context>
    <name>Formatting</name>
    <message>
        <source>ddd, MMM d</source>
        <extracomment>Date pattern of Qt: weekday, month, day, all short. Spanish: ddd d &apos;de&apos; MMM</extracomment>
        <translation>ddd d &apos;de&apos; MMM</translation>
    </message>
    <message>
        <source>dddd, MMMM d</source>
        <extracomment>Date pattern of Qt: weekday, month, day, all long. Spanish: dddd d &apos;de&apos; MMMM</extracomment>
        <translation>dddd d &apos;de&apos; MMMM</translation>
    </message>
    <message>
        <source>MMM d</source>
        <extracomment>Date pattern of Qt: month and day, short. Spanish: d &apos;de&apos; MMM</extracomment>
        <translation>d &apos;de&apos; MMM</translation>
    </message>
    <message>
        <source>{day} at {time}</source>
        <extracomment>A date and a time, for example &quot;Tuesday, December 1 at 2:00 PM&quot;</extracomment>
        <translation>{day}, {time}</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Hoy</translation>
    </message>
    <message>
        <source>Tomorrow</source>
        <translation>Mañana</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>Ayer</translation>
    </message>
    <message numerus="yes">
        <source>%n minutes</source>
        <translation>
            <numerusform>%n minuto</numerusform>
            <numerusform>%n minutos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n hours</source>
        <translation>
            <numerusform>%n hora</numerusform>
            <numerusform>%n horas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n days</source>
        <translation>
            <numerusform>%n día</numerusform>
            <numerusform>%n días</numerusform>
        </translation>
    </message>
    <message>
        <source>{first} to {last}</source>
        <extracomment>Days of the week, for example &quot;Monday to Friday&quot;</extracomment>
        <translation>{first} a {last}</translation>
    </message>
    <message>
        <source>{days}, {opens} to {closes}</source>
        <extracomment>Opening hours, for example &quot;Monday to Friday, 5 AM to 5 PM&quot;</extracomment>
        <translation>{days}, de {opens} a {closes}</translation>
    </message>
</context>
<context>
    <name>HelpBar</name>
    <message>
        <source>Need help? {phone}</source>
        <translation>¿Necesita ayuda? {phone}</translation>
    </message>
    <message>
        <source>Open now</source>
        <translation>Abierto ahora</translation>
    </message>
    <message>
        <source>Closed now</source>
        <translation>Cerrado ahora</translation>
    </message>
</context>
<context>
    <name>HelpPage</name>
    <message>
        <source>Help</source>
        <translation>Ayuda</translation>
    </message>
    <message>
        <source>Technical help by phone</source>
        <translation>Ayuda técnica por teléfono</translation>
    </message>
    <message>
        <source>Open now</source>
        <translation>Abierto ahora</translation>
    </message>
    <message>
        <source>Closed now</source>
        <translation>Cerrado ahora</translation>
    </message>
    <message>
        <source>1. Connect to a network</source>
        <translation>1. Conéctese a una red</translation>
    </message>
    <message>
        <source>Use strong Wi-Fi or a network cable. Sit near your Wi-Fi box if you can.</source>
        <translation>Use una conexión Wi-Fi fuerte o un cable de red. Siéntese cerca del aparato de Wi-Fi si puede.</translation>
    </message>
    <message>
        <source>2. Set up your computer</source>
        <translation>2. Prepare su computadora</translation>
    </message>
    <message>
        <source>You need a camera, a speaker and a microphone. Most laptops have all three.</source>
        <translation>Necesita cámara, bocina y micrófono. La mayoría de las computadoras portátiles tienen los tres.</translation>
    </message>
    <message>
        <source>3. Join your appointment</source>
        <translation>3. Entre a su cita</translation>
    </message>
    <message>
        <source>Choose Join about {minutes} early, and wait for your doctor to let you in.</source>
        <translation>Elija Entrar unos {minutes} antes, y espere a que su médico se una a la cita.</translation>
    </message>
    <message>
        <source>About video visits</source>
        <translation>Acerca de las consultas por video</translation>
    </message>
    <message>
        <source>Web site of {plan}</source>
        <translation>Sitio web de {plan}</translation>
    </message>
</context>
<context>
    <name>Home</name>
    <message>
        <source>Video</source>
        <translation>Video</translation>
    </message>
    <message>
        <source>In person</source>
        <translation>En persona</translation>
    </message>
    <message>
        <source>By phone</source>
        <translation>Por teléfono</translation>
    </message>
    <message>
        <source>Appointment</source>
        <translation>Cita</translation>
    </message>
    <message>
        <source>Time not set yet</source>
        <translation>Hora sin definir</translation>
    </message>
    <message>
        <source>No date yet</source>
        <translation>Sin fecha</translation>
    </message>
    <message>
        <source>your doctor</source>
        <translation>su médico</translation>
    </message>
    <message>
        <source>with {doctor}</source>
        <extracomment>{doctor} is a name such as &quot;Dr. Ana Reyes&quot;, or &quot;your doctor&quot;</extracomment>
        <translation>con {doctor}</translation>
    </message>
    <message>
        <source>Started {time} ago</source>
        <extracomment>{time} is for example &quot;5 minutes&quot;</extracomment>
        <translation>Empezó hace {time}</translation>
    </message>
    <message>
        <source>Starts now</source>
        <translation>Empieza ahora</translation>
    </message>
    <message>
        <source>Starts in {time}</source>
        <extracomment>{time} is for example &quot;12 minutes&quot;</extracomment>
        <translation>Empieza en {time}</translation>
    </message>
    <message>
        <source>You can join in {time}</source>
        <extracomment>{time} is for example &quot;12 minutes&quot;</extracomment>
        <translation>Puede entrar en {time}</translation>
    </message>
    <message>
        <source>You can join from {time}</source>
        <translation>Puede entrar a partir de: {time}</translation>
    </message>
    <message>
        <source>The practice has not set up the video yet</source>
        <translation>El consultorio aún no ha preparado el video</translation>
    </message>
    <message>
        <source>We cannot tell if this visit takes place. Call the help line.</source>
        <translation>No sabemos si esta consulta se llevará a cabo. Llame a la línea de ayuda.</translation>
    </message>
    <message>
        <source>You can join until {time}</source>
        <translation>Puede entrar hasta: {time}</translation>
    </message>
    <message>
        <source>Times are in the time zone of this computer: {zone}.</source>
        <extracomment>{zone} is for example &quot;Eastern Standard Time&quot;</extracomment>
        <translation>Las horas son las de esta computadora: {zone}.</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>Cancelada</translation>
    </message>
    <message>
        <source>Missed</source>
        <translation>Usted faltó</translation>
    </message>
    <message>
        <source>moved from {day}</source>
        <translation>antes: {day}</translation>
    </message>
    <message>
        <source>Your visit with {doctor} was cancelled.</source>
        <translation>Su consulta con {doctor} fue cancelada.</translation>
    </message>
    <message>
        <source>Your visit with {doctor} on {when} was cancelled.</source>
        <translation>Su consulta con {doctor} del {when} fue cancelada.</translation>
    </message>
    <message>
        <source>Your visit with {doctor} gets a new time.</source>
        <translation>Su consulta con {doctor} tendrá un nuevo horario.</translation>
    </message>
    <message>
        <source>Your visit with {doctor} has a new time: {when}.</source>
        <translation>Su consulta con {doctor} tiene un nuevo horario: {when}.</translation>
    </message>
    <message>
        <source>You can join your visit now.</source>
        <translation>Ya puede entrar a su cita.</translation>
    </message>
</context>
<context>
    <name>HomePage</name>
    <message>
        <source>Join about {minutes} early.</source>
        <translation>Entre unos {minutes} antes.</translation>
    </message>
    <message>
        <source>Upcoming</source>
        <translation>Próximas citas</translation>
    </message>
    <message>
        <source>Past</source>
        <translation>Anteriores</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>Buscando…</translation>
    </message>
    <message>
        <source>Refresh</source>
        <translation>Actualizar</translation>
    </message>
    <message>
        <source>We cannot reach your appointments now</source>
        <translation>No podemos llegar a sus citas ahora</translation>
    </message>
    <message>
        <source>This is the list of {when}.</source>
        <translation>Esta es la lista de {when}.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Intentar de nuevo</translation>
    </message>
    <message>
        <source>This takes longer than usual.</source>
        <translation>Está tardando más de lo normal.</translation>
    </message>
    <message>
        <source>Looking for your appointments</source>
        <translation>Buscando sus citas</translation>
    </message>
    <message>
        <source>Sign on</source>
        <translation>Iniciar sesión</translation>
    </message>
    <message>
        <source>You have no upcoming video visit</source>
        <translation>No tiene próximas consultas por video</translation>
    </message>
    <message>
        <source>When you schedule one with your health plan, it shows up here.</source>
        <translation>Cuando programe una con su plan de salud, aparecerá aquí.</translation>
    </message>
    <message>
        <source>Nothing here from the past weeks.</source>
        <translation>No hay nada de las últimas semanas.</translation>
    </message>
    <message>
        <source>Nothing else is planned.</source>
        <translation>No hay nada más programado.</translation>
    </message>
</context>
<context>
    <name>InternetPage</name>
    <message>
        <source>Details for IT</source>
        <translation>Detalles técnicos</translation>
    </message>
</context>
<context>
    <name>ItDetails</name>
    <message>
        <source>Open</source>
        <translation>Abierto</translation>
    </message>
    <message>
        <source>Small packets only</source>
        <translation>Solo paquetes pequeños</translation>
    </message>
    <message>
        <source>Blocked</source>
        <translation>Bloqueado</translation>
    </message>
    <message>
        <source>Not tested</source>
        <translation>Sin probar</translation>
    </message>
    <message>
        <source>Checked</source>
        <translation>Revisado</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>Resultado</translation>
    </message>
    <message>
        <source>Detail</source>
        <translation>Detalle</translation>
    </message>
    <message>
        <source>What a firewall must let out</source>
        <translation>Lo que el firewall debe dejar salir</translation>
    </message>
    <message>
        <source>Protocol</source>
        <translation>Protocolo</translation>
    </message>
    <message>
        <source>To</source>
        <translation>Destino</translation>
    </message>
</context>
<context>
    <name>JoinDialog</name>
    <message>
        <source>Not now</source>
        <translation>Ahora no</translation>
    </message>
    <message>
        <source>Join anyway</source>
        <extracomment>Enter the visit although the check found something</extracomment>
        <translation>Entrar de todos modos</translation>
    </message>
</context>
<context>
    <name>LeaveDialog</name>
    <message>
        <source>Leave the waiting room?</source>
        <translation>¿Salir de la sala de espera?</translation>
    </message>
    <message>
        <source>Your doctor will no longer see that you are here.</source>
        <translation>Su médico ya no verá que usted está aquí.</translation>
    </message>
    <message>
        <source>Leave the visit?</source>
        <translation>¿Salir de la consulta?</translation>
    </message>
    <message>
        <source>Your doctor will see that you left.</source>
        <translation>Su médico verá que usted salió.</translation>
    </message>
    <message>
        <source>Stay</source>
        <translation>Quedarme</translation>
    </message>
    <message>
        <source>Leave</source>
        <translation>Salir</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>As this computer ({language})</source>
        <extracomment>First choice of the language menu; {language} is for example &quot;English&quot;</extracomment>
        <translation>Como esta computadora ({language})</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>Apariencia</translation>
    </message>
    <message>
        <source>As this computer</source>
        <translation>Como esta computadora</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Clara</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Oscura</translation>
    </message>
    <message>
        <source>Text size</source>
        <translation>Tamaño del texto</translation>
    </message>
    <message>
        <source>About kpdesk</source>
        <translation>Acerca de kpdesk</translation>
    </message>
    <message>
        <source>Sign out</source>
        <translation>Cerrar sesión</translation>
    </message>
</context>
<context>
    <name>NavBar</name>
    <message>
        <source>Menu</source>
        <translation>Menú</translation>
    </message>
    <message>
        <source>Check my computer</source>
        <translation>Revisar mi computadora</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>Ayuda</translation>
    </message>
    <message>
        <source>Appointments</source>
        <translation>Centro de Citas</translation>
    </message>
    <message>
        <source>Language: {language}</source>
        <translation>Idioma: {language}</translation>
    </message>
    <message>
        <source>Account and settings: {name}</source>
        <translation>Cuenta y ajustes: {name}</translation>
    </message>
</context>
<context>
    <name>NextVisitCard</name>
    <message>
        <source>Your next video visit</source>
        <translation>Su próxima consulta por video</translation>
    </message>
    <message>
        <source>Join</source>
        <extracomment>Button: enter the visit</extracomment>
        <translation>Entrar a la cita</translation>
    </message>
    <message>
        <source>Appointment details</source>
        <translation>Detalles de la cita</translation>
    </message>
</context>
<context>
    <name>NoticeToast</name>
    <message>
        <source>For the help line: {code}</source>
        <extracomment>Stands small, for the help line; {code} is a technical name</extracomment>
        <translation>Para la línea de ayuda: {code}</translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation>Cerrar este mensaje</translation>
    </message>
</context>
<context>
    <name>ProbeDetails</name>
    <message>
        <source>The probe did not end within its time limit.</source>
        <translation>La prueba no terminó dentro de su límite de tiempo.</translation>
    </message>
    <message>
        <source>A probe that this one builds on failed.</source>
        <translation>Falló una prueba de la que depende esta.</translation>
    </message>
    <message>
        <source>Left out by the person or on the command line.</source>
        <translation>Omitida por la persona o en la línea de comandos.</translation>
    </message>
    <message>
        <source>The probe raised an error; the log has its traceback.</source>
        <translation>La prueba produjo un error; el registro tiene el detalle.</translation>
    </message>
    <message>
        <source>The system lists no video capture device.</source>
        <translation>El sistema no muestra ningún dispositivo de captura de video.</translation>
    </message>
    <message>
        <source>The stored device id is absent; the fallback device was probed.</source>
        <translation>No está el dispositivo guardado; se probó el de reserva.</translation>
    </message>
    <message>
        <source>Camera permission is denied by the operating system’s privacy settings.</source>
        <translation>Los ajustes de privacidad del sistema niegan el permiso de cámara.</translation>
    </message>
    <message>
        <source>The device is held by another process.</source>
        <translation>Otro proceso tiene abierto el dispositivo.</translation>
    </message>
    <message>
        <source>Opening the device failed; check its driver.</source>
        <translation>No se pudo abrir el dispositivo; revise su controlador.</translation>
    </message>
    <message>
        <source>The device opened, but no frame came in time.</source>
        <translation>El dispositivo se abrió, pero no llegó ningún cuadro a tiempo.</translation>
    </message>
    <message>
        <source>Frame rate is below the lower limit; low light makes many cameras expose longer.</source>
        <translation>La frecuencia de cuadros está por debajo del límite; con poca luz muchas cámaras exponen más tiempo.</translation>
    </message>
    <message>
        <source>Frame rate is below the good value.</source>
        <translation>La frecuencia de cuadros es menor que la recomendada.</translation>
    </message>
    <message>
        <source>The resolution is below the good value.</source>
        <translation>La resolución es menor que la recomendada.</translation>
    </message>
    <message>
        <source>Mean luma and variance are those of a covered lens with sensor noise.</source>
        <translation>La luminancia media y la varianza son las de un lente tapado con ruido del sensor.</translation>
    </message>
    <message>
        <source>Frames are delivered, but they are identical.</source>
        <translation>Llegan cuadros, pero son idénticos.</translation>
    </message>
    <message>
        <source>The aspect ratio is outside 5:4 to 16:9.</source>
        <translation>La relación de aspecto está fuera de 5:4 a 16:9.</translation>
    </message>
    <message>
        <source>Mean luma is low, but the picture has content.</source>
        <translation>La luminancia media es baja, pero la imagen tiene contenido.</translation>
    </message>
    <message>
        <source>The face is much darker than its surroundings.</source>
        <translation>La cara está mucho más oscura que el fondo.</translation>
    </message>
    <message>
        <source>Mean luma is high; large parts are clipped to white.</source>
        <translation>La luminancia media es alta; hay zonas saturadas en blanco.</translation>
    </message>
    <message>
        <source>The face detector found no face.</source>
        <translation>El detector no encontró ninguna cara.</translation>
    </message>
    <message>
        <source>The face is smaller than the lower framing limit.</source>
        <translation>La cara es menor que el límite de encuadre.</translation>
    </message>
    <message>
        <source>The face is larger than the upper framing limit.</source>
        <translation>La cara es mayor que el límite de encuadre.</translation>
    </message>
    <message>
        <source>The face lies outside the framing area.</source>
        <translation>La cara queda fuera del área de encuadre.</translation>
    </message>
    <message>
        <source>The system lists no audio output device.</source>
        <translation>El sistema no muestra ningún dispositivo de salida de audio.</translation>
    </message>
    <message>
        <source>The device is held exclusively by another process.</source>
        <translation>Otro proceso usa el dispositivo en modo exclusivo.</translation>
    </message>
    <message>
        <source>Opening or writing to the device failed; check its driver.</source>
        <translation>No se pudo abrir el dispositivo o escribir en él; revise su controlador.</translation>
    </message>
    <message>
        <source>The output is muted in the system mixer.</source>
        <translation>La salida está silenciada en el mezclador del sistema.</translation>
    </message>
    <message>
        <source>The output level in the system mixer is 0.</source>
        <translation>El nivel de salida en el mezclador del sistema es 0.</translation>
    </message>
    <message>
        <source>The output level in the system mixer is low.</source>
        <translation>El nivel de salida en el mezclador del sistema es bajo.</translation>
    </message>
    <message>
        <source>The device accepted the sound; the person answered No.</source>
        <translation>El dispositivo aceptó el sonido; la persona respondió No.</translation>
    </message>
    <message>
        <source>The sound was played; no answer was given.</source>
        <translation>Se reprodujo el sonido; no hubo respuesta.</translation>
    </message>
    <message>
        <source>The system lists no audio input device.</source>
        <translation>El sistema no muestra ningún dispositivo de entrada de audio.</translation>
    </message>
    <message>
        <source>Microphone permission is denied by the operating system’s privacy settings.</source>
        <translation>Los ajustes de privacidad del sistema niegan el permiso de micrófono.</translation>
    </message>
    <message>
        <source>Opening or reading the device failed; check its driver.</source>
        <translation>No se pudo abrir o leer el dispositivo; revise su controlador.</translation>
    </message>
    <message>
        <source>The input is muted, or at level 0, in the system mixer.</source>
        <translation>La entrada está silenciada, o en nivel 0, en el mezclador del sistema.</translation>
    </message>
    <message>
        <source>Digital silence: a hardware switch, or the system feeds zeros.</source>
        <translation>Silencio digital: un interruptor del aparato, o el sistema entrega ceros.</translation>
    </message>
    <message>
        <source>The signal has energy, but voice detection found no speech.</source>
        <translation>La señal tiene energía, pero no se detectó voz.</translation>
    </message>
    <message>
        <source>Speech was recorded; the person did not hear it played back.</source>
        <translation>Se grabó voz; la persona no la oyó al reproducirla.</translation>
    </message>
    <message>
        <source>The speech level is below the good value.</source>
        <translation>El nivel de la voz es menor que el recomendado.</translation>
    </message>
    <message>
        <source>Runs of samples are at full scale.</source>
        <translation>Hay series de muestras en el máximo de la escala.</translation>
    </message>
    <message>
        <source>The noise floor is high against the speech level.</source>
        <translation>El ruido de fondo es alto en comparación con la voz.</translation>
    </message>
    <message>
        <source>The speech level is higher on another input device.</source>
        <translation>El nivel de la voz es mayor en otro dispositivo de entrada.</translation>
    </message>
    <message>
        <source>The acoustic path is weak: a headset or headphones.</source>
        <translation>El acoplamiento acústico es débil: audífonos.</translation>
    </message>
    <message>
        <source>The acoustic path is proven: loudspeakers; the canceller is seeded with its delay.</source>
        <translation>El camino acústico está comprobado: bocinas; el cancelador recibe su retardo.</translation>
    </message>
    <message>
        <source>The coupling is higher than what the canceller removes well.</source>
        <translation>El acoplamiento es mayor de lo que el cancelador quita bien.</translation>
    </message>
    <message>
        <source>The path from speaker to microphone is long, as Bluetooth makes it.</source>
        <translation>El camino de la bocina al micrófono es largo, como con Bluetooth.</translation>
    </message>
    <message>
        <source>The chirp was not found in the recording: no conclusion.</source>
        <translation>No se encontró la señal en la grabación: sin conclusión.</translation>
    </message>
    <message>
        <source>There is no network interface with a route.</source>
        <translation>No hay ninguna interfaz de red con ruta.</translation>
    </message>
    <message>
        <source>DNS did not resolve the service’s host name.</source>
        <translation>El DNS no resolvió el nombre del servicio.</translation>
    </message>
    <message>
        <source>DNS answers slowly.</source>
        <translation>El DNS responde con lentitud.</translation>
    </message>
    <message>
        <source>DNS answers another address than the service’s own.</source>
        <translation>El DNS responde una dirección que no es la del servicio.</translation>
    </message>
    <message>
        <source>A captive portal answers in place of the service.</source>
        <translation>Un portal cautivo responde en lugar del servicio.</translation>
    </message>
    <message>
        <source>TCP to the service’s port is dropped.</source>
        <translation>Se descarta TCP hacia el puerto del servicio.</translation>
    </message>
    <message>
        <source>TCP to the service’s port is refused.</source>
        <translation>Se rechaza TCP hacia el puerto del servicio.</translation>
    </message>
    <message>
        <source>The TLS handshake is cut or not answered.</source>
        <translation>El saludo TLS se corta o no recibe respuesta.</translation>
    </message>
    <message>
        <source>The certificate’s chain ends in no trusted root.</source>
        <translation>La cadena del certificado no termina en una raíz de confianza.</translation>
    </message>
    <message>
        <source>The certificate is not valid at this computer’s date.</source>
        <translation>El certificado no es válido en la fecha de esta computadora.</translation>
    </message>
    <message>
        <source>The certificate is for another host name.</source>
        <translation>El certificado es de otro nombre de servidor.</translation>
    </message>
    <message>
        <source>TLS is re-signed by an inspecting proxy or security program; see the issuer.</source>
        <translation>Un proxy de inspección o programa de seguridad vuelve a firmar TLS; vea el emisor.</translation>
    </message>
    <message>
        <source>The system’s web proxy is used for the service.</source>
        <translation>Se usa el proxy web del sistema para el servicio.</translation>
    </message>
    <message>
        <source>The configured web proxy does not answer.</source>
        <translation>El proxy web configurado no responde.</translation>
    </message>
    <message>
        <source>The proxy answers 407 (authentication required).</source>
        <translation>El proxy responde 407 (requiere autenticación).</translation>
    </message>
    <message>
        <source>The proxy refuses CONNECT to the service.</source>
        <translation>El proxy rechaza CONNECT hacia el servicio.</translation>
    </message>
    <message>
        <source>A PAC script or WPAD is to choose the proxy; kpdesk runs neither and connects directly.</source>
        <translation>Un script PAC o WPAD debe elegir el proxy; kpdesk no usa ninguno y se conecta directamente.</translation>
    </message>
    <message>
        <source>HTTPS works; the WebSocket upgrade or its frames do not pass.</source>
        <translation>HTTPS funciona; no pasan WebSocket o sus tramas.</translation>
    </message>
    <message>
        <source>The service answered with an error, or offers no check.</source>
        <translation>El servicio respondió con un error o no ofrece la revisión.</translation>
    </message>
    <message>
        <source>UDP to the service is dropped.</source>
        <translation>Se descarta UDP hacia el servicio.</translation>
    </message>
    <message>
        <source>Small UDP packets pass, packets of media size do not (MTU or filter).</source>
        <translation>Pasan paquetes UDP pequeños, no los de tamaño de video (MTU o filtro).</translation>
    </message>
    <message>
        <source>The TURN server does not answer on this transport.</source>
        <translation>El servidor TURN no responde en este transporte.</translation>
    </message>
    <message>
        <source>The TURN server refuses the allocation.</source>
        <translation>El servidor TURN rechaza la asignación.</translation>
    </message>
    <message>
        <source>TURN allocates, but the relayed packet did not come back.</source>
        <translation>TURN asigna, pero el paquete retransmitido no volvió.</translation>
    </message>
    <message>
        <source>The certificate of TURN over TLS is not trusted.</source>
        <translation>No se confía en el certificado de TURN sobre TLS.</translation>
    </message>
    <message>
        <source>The service lists no TURN server for this transport.</source>
        <translation>El servicio no ofrece un servidor TURN para este transporte.</translation>
    </message>
    <message>
        <source>No direct path; media would be relayed.</source>
        <translation>No hay camino directo; los medios se retransmitirían.</translation>
    </message>
    <message>
        <source>No direct path and no TURN transport is usable.</source>
        <translation>No hay camino directo ni transporte TURN utilizable.</translation>
    </message>
    <message>
        <source>Throughput is below what sound alone needs.</source>
        <translation>La velocidad es menor de lo que necesita el sonido.</translation>
    </message>
    <message>
        <source>Throughput is below what a picture needs.</source>
        <translation>La velocidad es menor de lo que necesita la imagen.</translation>
    </message>
    <message>
        <source>Throughput is enough for a small picture.</source>
        <translation>La velocidad alcanza para una imagen pequeña.</translation>
    </message>
    <message>
        <source>Throughput is below what full picture size needs.</source>
        <translation>La velocidad es menor de lo que necesita la imagen completa.</translation>
    </message>
    <message>
        <source>Round trip time is above the upper limit.</source>
        <translation>El tiempo de ida y vuelta supera el límite superior.</translation>
    </message>
    <message>
        <source>Round trip time is above the good value.</source>
        <translation>El tiempo de ida y vuelta supera el valor recomendado.</translation>
    </message>
    <message>
        <source>Jitter is above the upper limit.</source>
        <translation>La fluctuación (jitter) supera el límite superior.</translation>
    </message>
    <message>
        <source>Jitter is above the good value.</source>
        <translation>La fluctuación (jitter) supera el valor recomendado.</translation>
    </message>
    <message>
        <source>Packet loss is above the upper limit.</source>
        <translation>La pérdida de paquetes supera el límite superior.</translation>
    </message>
    <message>
        <source>Packet loss is above the good value.</source>
        <translation>La pérdida de paquetes supera el valor recomendado.</translation>
    </message>
    <message>
        <source>The queue grows under load (bufferbloat).</source>
        <translation>La cola crece bajo carga (bufferbloat).</translation>
    </message>
    <message>
        <source>The paced UDP probe could not run on any path.</source>
        <translation>La prueba UDP con ritmo no pudo ejecutarse en ningún camino.</translation>
    </message>
    <message>
        <source>The one-second encode at call size is slower than real time allows.</source>
        <translation>La codificación de un segundo a tamaño de llamada es demasiado lenta.</translation>
    </message>
    <message>
        <source>Processor load from other programs is high.</source>
        <translation>La carga del procesador por otros programas es alta.</translation>
    </message>
    <message>
        <source>Little memory is free.</source>
        <translation>Queda poca memoria libre.</translation>
    </message>
    <message>
        <source>The battery is low and discharging.</source>
        <translation>La batería está baja y descargándose.</translation>
    </message>
    <message>
        <source>The computer is not on mains power.</source>
        <translation>La computadora no está conectada a la corriente.</translation>
    </message>
    <message>
        <source>A VPN interface carries the default route.</source>
        <translation>Una interfaz VPN lleva la ruta predeterminada.</translation>
    </message>
    <message>
        <source>The Wi-Fi signal is below the good value.</source>
        <translation>La señal Wi-Fi es menor que la recomendada.</translation>
    </message>
    <message>
        <source>The clock differs from the service’s by more than the limit.</source>
        <translation>El reloj difiere del servicio en más del límite.</translation>
    </message>
    <message>
        <source>Little disk space is free.</source>
        <translation>Queda poco espacio libre en el disco.</translation>
    </message>
    <message>
        <source>The operating system is older than the oldest supported version.</source>
        <translation>El sistema operativo es anterior a la versión mínima admitida.</translation>
    </message>
    <message>
        <source>A restart for an update is pending.</source>
        <translation>Hay un reinicio pendiente por una actualización.</translation>
    </message>
    <message>
        <source>No ICE pair was nominated, or DTLS failed.</source>
        <translation>No se eligió ningún par ICE o falló DTLS.</translation>
    </message>
    <message>
        <source>Connected; no audio returned from the echo peer.</source>
        <translation>Conectada; el par de eco no devolvió audio.</translation>
    </message>
    <message>
        <source>Connected; no video returned from the echo peer.</source>
        <translation>Conectada; el par de eco no devolvió video.</translation>
    </message>
    <message>
        <source>The freeze share of the returned video is above the limit.</source>
        <translation>La proporción de congelamientos del video devuelto supera el límite.</translation>
    </message>
    <message>
        <source>Packet loss of the rehearsal is above the limit.</source>
        <translation>La pérdida de paquetes del ensayo supera el límite.</translation>
    </message>
    <message>
        <source>Mouth-to-ear delay of the rehearsal is above the limit.</source>
        <translation>El retardo de boca a oído del ensayo supera el límite.</translation>
    </message>
    <message>
        <source>The service is busy, or offers no echo peer.</source>
        <translation>El servicio está ocupado o no ofrece un par de eco.</translation>
    </message>
</context>
<context>
    <name>ProbeNames</name>
    <message>
        <source>Camera</source>
        <translation>Cámara</translation>
    </message>
    <message>
        <source>Speaker</source>
        <translation>Bocina</translation>
    </message>
    <message>
        <source>Microphone</source>
        <translation>Micrófono</translation>
    </message>
    <message>
        <source>Echo</source>
        <translation>Eco</translation>
    </message>
    <message>
        <source>Name lookup (DNS)</source>
        <translation>Búsqueda de nombre (DNS)</translation>
    </message>
    <message>
        <source>Web proxy</source>
        <translation>Proxy web</translation>
    </message>
    <message>
        <source>TCP</source>
        <translation>TCP</translation>
    </message>
    <message>
        <source>TLS certificate</source>
        <translation>Certificado TLS</translation>
    </message>
    <message>
        <source>WebSocket</source>
        <translation>WebSocket</translation>
    </message>
    <message>
        <source>STUN over UDP</source>
        <translation>STUN por UDP</translation>
    </message>
    <message>
        <source>TURN over UDP</source>
        <translation>TURN por UDP</translation>
    </message>
    <message>
        <source>TURN over TCP</source>
        <translation>TURN por TCP</translation>
    </message>
    <message>
        <source>TURN over TLS</source>
        <translation>TURN por TLS</translation>
    </message>
    <message>
        <source>Direct path</source>
        <translation>Camino directo</translation>
    </message>
    <message>
        <source>Speed and quality</source>
        <translation>Velocidad y calidad</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Esta computadora</translation>
    </message>
    <message>
        <source>Practice call</source>
        <translation>Llamada de práctica</translation>
    </message>
    <message>
        <source>Internet</source>
        <translation>Internet</translation>
    </message>
    <message>
        <source>Works</source>
        <translation>Funciona</translation>
    </message>
    <message>
        <source>Skipped</source>
        <translation>Omitido</translation>
    </message>
    <message>
        <source>Could be better</source>
        <translation>Puede mejorar</translation>
    </message>
    <message>
        <source>Not checked</source>
        <translation>Sin revisar</translation>
    </message>
    <message>
        <source>Does not work</source>
        <translation>No funciona</translation>
    </message>
</context>
<context>
    <name>Probes</name>
    <message>
        <source>This took too long</source>
        <translation>Esto tardó demasiado</translation>
    </message>
    <message>
        <source>We stopped looking after a while.</source>
        <translation>Dejamos de revisar después de un rato.</translation>
    </message>
    <message>
        <source>Try again.</source>
        <translation>Inténtelo de nuevo.</translation>
    </message>
    <message>
        <source>We could not look at this</source>
        <translation>No pudimos revisar esto</translation>
    </message>
    <message>
        <source>Another part has to work first.</source>
        <translation>Primero tiene que funcionar otra parte.</translation>
    </message>
    <message>
        <source>Fix the other problem, then try again.</source>
        <translation>Resuelva el otro problema y luego inténtelo de nuevo.</translation>
    </message>
    <message>
        <source>You skipped this</source>
        <translation>Usted omitió este paso</translation>
    </message>
    <message>
        <source>We did not look at this.</source>
        <translation>No revisamos esta parte.</translation>
    </message>
    <message>
        <source>Come back to it when you have time.</source>
        <translation>Vuelva a este paso cuando tenga tiempo.</translation>
    </message>
    <message>
        <source>Something went wrong in kpdesk</source>
        <translation>Algo salió mal en kpdesk</translation>
    </message>
    <message>
        <source>We could not finish this part. It is not your fault.</source>
        <translation>No pudimos terminar esta parte. No es culpa suya.</translation>
    </message>
    <message>
        <source>Try again, or call the help line.</source>
        <translation>Inténtelo de nuevo o llame a la línea de ayuda.</translation>
    </message>
    <message>
        <source>We can’t find a camera</source>
        <translation>No encontramos una cámara</translation>
    </message>
    <message>
        <source>No camera is plugged in to this computer.</source>
        <translation>No hay ninguna cámara conectada a esta computadora.</translation>
    </message>
    <message>
        <source>Plug in a camera, or go on with sound alone.</source>
        <translation>Conecte una cámara o siga solo con sonido.</translation>
    </message>
    <message>
        <source>Your camera is missing</source>
        <translation>Falta su cámara</translation>
    </message>
    <message>
        <source>The camera that you chose is not plugged in. We used another one.</source>
        <translation>La cámara que usted eligió no está conectada. Usamos otra.</translation>
    </message>
    <message>
        <source>Plug it in, or choose another camera.</source>
        <translation>Conéctela o elija otra cámara.</translation>
    </message>
    <message>
        <source>We can’t find the camera that you chose. We used {device}.</source>
        <translation>No encontramos la cámara que usted eligió. Usamos {device}.</translation>
    </message>
    <message>
        <source>Your camera is turned off for kpdesk</source>
        <translation>La cámara está desactivada para kpdesk</translation>
    </message>
    <message>
        <source>This computer does not let kpdesk use the camera.</source>
        <translation>Esta computadora no deja que kpdesk use la cámara.</translation>
    </message>
    <message>
        <source>Open the settings and turn the camera on for kpdesk.</source>
        <translation>Abra la configuración y active la cámara para kpdesk.</translation>
    </message>
    <message>
        <source>Your camera is busy</source>
        <translation>Su cámara está ocupada</translation>
    </message>
    <message>
        <source>Another program is using your camera.</source>
        <translation>Otro programa está usando su cámara.</translation>
    </message>
    <message>
        <source>Close the other program, then try again.</source>
        <translation>Cierre el otro programa y luego inténtelo de nuevo.</translation>
    </message>
    <message>
        <source>{program} is using your camera.</source>
        <translation>{program} está usando su cámara.</translation>
    </message>
    <message>
        <source>Your camera did not start</source>
        <translation>Su cámara no encendió</translation>
    </message>
    <message>
        <source>We found your camera, but it does not work.</source>
        <translation>Encontramos su cámara, pero no funciona.</translation>
    </message>
    <message>
        <source>Unplug it and plug it in again, or choose another camera.</source>
        <translation>Desconéctela y vuelva a conectarla, o elija otra cámara.</translation>
    </message>
    <message>
        <source>Your camera gives no picture</source>
        <translation>Su cámara no da imagen</translation>
    </message>
    <message>
        <source>Your camera is on, but no picture came.</source>
        <translation>Su cámara está encendida, pero no llegó ninguna imagen.</translation>
    </message>
    <message>
        <source>Your picture hardly moves</source>
        <translation>Su imagen casi no se mueve</translation>
    </message>
    <message>
        <source>Your camera gives too few pictures a second.</source>
        <translation>Su cámara da muy pocas imágenes por segundo.</translation>
    </message>
    <message>
        <source>Add light, close other programs, or choose another camera.</source>
        <translation>Ponga más luz, cierre otros programas o elija otra cámara.</translation>
    </message>
    <message>
        <source>Your picture is a little slow</source>
        <translation>Su imagen va un poco lenta</translation>
    </message>
    <message>
        <source>Your picture may look jumpy.</source>
        <translation>Su imagen puede verse cortada.</translation>
    </message>
    <message>
        <source>Add light, or close other programs.</source>
        <translation>Ponga más luz o cierre otros programas.</translation>
    </message>
    <message>
        <source>Your picture is small</source>
        <translation>Su imagen es pequeña</translation>
    </message>
    <message>
        <source>Your doctor may not see small things well.</source>
        <translation>Su médico quizás no vea bien los detalles.</translation>
    </message>
    <message>
        <source>Choose another camera if you have one.</source>
        <translation>Elija otra cámara si tiene una.</translation>
    </message>
    <message>
        <source>Your camera seems covered</source>
        <translation>Su cámara parece tapada</translation>
    </message>
    <message>
        <source>We get a picture, but it is all dark.</source>
        <translation>Recibimos una imagen, pero está toda oscura.</translation>
    </message>
    <message>
        <source>Open the cover of your camera, or take off the tape.</source>
        <translation>Abra la tapa de su cámara o quite la cinta.</translation>
    </message>
    <message>
        <source>Your picture stands still</source>
        <translation>Su imagen está congelada</translation>
    </message>
    <message>
        <source>The camera shows the same picture all the time.</source>
        <translation>La cámara muestra siempre la misma imagen.</translation>
    </message>
    <message>
        <source>Unplug the camera and plug it in again, or choose another one.</source>
        <translation>Desconecte la cámara y vuelva a conectarla, o elija otra.</translation>
    </message>
    <message>
        <source>Your picture has an odd shape</source>
        <translation>Su imagen tiene una forma rara</translation>
    </message>
    <message>
        <source>Your picture is very wide or very tall.</source>
        <translation>Su imagen es muy ancha o muy alta.</translation>
    </message>
    <message>
        <source>Turn your camera upright, or choose another camera.</source>
        <translation>Enderece su cámara o elija otra cámara.</translation>
    </message>
    <message>
        <source>It is too dark</source>
        <translation>Está muy oscuro</translation>
    </message>
    <message>
        <source>Your doctor can’t see you well in this light.</source>
        <translation>Su médico no puede verle bien con esta luz.</translation>
    </message>
    <message>
        <source>Turn on a lamp in front of you.</source>
        <translation>Encienda una lámpara frente a usted.</translation>
    </message>
    <message>
        <source>The light is behind you</source>
        <translation>La luz está detrás de usted</translation>
    </message>
    <message>
        <source>The light behind you makes your face dark.</source>
        <translation>La luz de atrás deja su cara oscura.</translation>
    </message>
    <message>
        <source>Turn around so that the light is on your face.</source>
        <translation>Dé la vuelta para que la luz le dé en la cara.</translation>
    </message>
    <message>
        <source>It is too bright</source>
        <translation>Hay demasiada luz</translation>
    </message>
    <message>
        <source>Too much light washes out your picture.</source>
        <translation>Tanta luz borra los detalles de su imagen.</translation>
    </message>
    <message>
        <source>Turn the lamp away, or close the blinds a little.</source>
        <translation>Aparte la lámpara o cierre un poco las cortinas.</translation>
    </message>
    <message>
        <source>We can’t see your face</source>
        <translation>No vemos su cara</translation>
    </message>
    <message>
        <source>We get a picture, but no face is in it.</source>
        <translation>Recibimos una imagen, pero no hay ninguna cara.</translation>
    </message>
    <message>
        <source>Sit in front of the camera so that you see yourself.</source>
        <translation>Siéntese frente a la cámara hasta que se vea en la imagen.</translation>
    </message>
    <message>
        <source>You are far away</source>
        <translation>Usted está lejos</translation>
    </message>
    <message>
        <source>Your face is small in the picture.</source>
        <translation>Su cara se ve pequeña en la imagen.</translation>
    </message>
    <message>
        <source>Move a little closer to the camera.</source>
        <translation>Acérquese un poco a la cámara.</translation>
    </message>
    <message>
        <source>You are very close</source>
        <translation>Usted está muy cerca</translation>
    </message>
    <message>
        <source>Your face fills the whole picture.</source>
        <translation>Su cara llena toda la imagen.</translation>
    </message>
    <message>
        <source>Move back a little.</source>
        <translation>Aléjese un poco.</translation>
    </message>
    <message>
        <source>You are at the edge</source>
        <translation>Usted está en la orilla</translation>
    </message>
    <message>
        <source>Your face is at the edge of the picture.</source>
        <translation>Su cara está en la orilla de la imagen.</translation>
    </message>
    <message>
        <source>Move the camera or your chair so that you are in the middle.</source>
        <translation>Mueva la cámara o su silla hasta quedar en el centro.</translation>
    </message>
    <message>
        <source>We can’t find a speaker</source>
        <translation>No encontramos una bocina</translation>
    </message>
    <message>
        <source>No speaker is plugged in to this computer.</source>
        <translation>No hay ninguna bocina conectada a esta computadora.</translation>
    </message>
    <message>
        <source>Plug in speakers or a headset.</source>
        <translation>Conecte unas bocinas o unos audífonos.</translation>
    </message>
    <message>
        <source>Your speaker is missing</source>
        <translation>Falta su bocina</translation>
    </message>
    <message>
        <source>The speaker that you chose is not plugged in. We used another one.</source>
        <translation>La bocina que usted eligió no está conectada. Usamos otra.</translation>
    </message>
    <message>
        <source>Plug it in, or choose another speaker.</source>
        <translation>Conéctela o elija otra bocina.</translation>
    </message>
    <message>
        <source>We can’t find the speaker that you chose. We used {device}.</source>
        <translation>No encontramos la bocina que usted eligió. Usamos {device}.</translation>
    </message>
    <message>
        <source>Your speaker is busy</source>
        <translation>Su bocina está ocupada</translation>
    </message>
    <message>
        <source>Another program is using your speaker.</source>
        <translation>Otro programa está usando su bocina.</translation>
    </message>
    <message>
        <source>{program} is using your speaker.</source>
        <translation>{program} está usando su bocina.</translation>
    </message>
    <message>
        <source>Your speaker did not start</source>
        <translation>Su bocina no encendió</translation>
    </message>
    <message>
        <source>We found your speaker, but it does not work.</source>
        <translation>Encontramos su bocina, pero no funciona.</translation>
    </message>
    <message>
        <source>Unplug it and plug it in again, or choose another speaker.</source>
        <translation>Desconéctela y vuelva a conectarla, o elija otra bocina.</translation>
    </message>
    <message>
        <source>Your sound is muted</source>
        <translation>Su sonido está silenciado</translation>
    </message>
    <message>
        <source>The sound of this computer is turned off.</source>
        <translation>El sonido de esta computadora está apagado.</translation>
    </message>
    <message>
        <source>Turn the sound on.</source>
        <translation>Active el sonido.</translation>
    </message>
    <message>
        <source>Your sound is all the way down</source>
        <translation>Su sonido está al mínimo</translation>
    </message>
    <message>
        <source>The volume of this computer is at zero.</source>
        <translation>El volumen de esta computadora está en cero.</translation>
    </message>
    <message>
        <source>Turn the sound up.</source>
        <translation>Suba el volumen.</translation>
    </message>
    <message>
        <source>Your sound is low</source>
        <translation>Su sonido está bajo</translation>
    </message>
    <message>
        <source>You may not hear your doctor well.</source>
        <translation>Es posible que no oiga bien a su médico.</translation>
    </message>
    <message>
        <source>You did not hear the sound</source>
        <translation>Usted no oyó el sonido</translation>
    </message>
    <message>
        <source>We played a sound, but you did not hear it.</source>
        <translation>Tocamos un sonido, pero usted no lo oyó.</translation>
    </message>
    <message>
        <source>Turn the sound up, or choose another speaker.</source>
        <translation>Suba el volumen o elija otra bocina.</translation>
    </message>
    <message>
        <source>We don’t know if you heard it</source>
        <translation>No sabemos si lo oyó</translation>
    </message>
    <message>
        <source>We played a sound, but nobody said if it was heard.</source>
        <translation>Tocamos un sonido, pero nadie nos dijo si se oyó.</translation>
    </message>
    <message>
        <source>Play it again and choose Yes or No.</source>
        <translation>Tóquelo de nuevo y elija Sí o No.</translation>
    </message>
    <message>
        <source>We can’t find a microphone</source>
        <translation>No encontramos un micrófono</translation>
    </message>
    <message>
        <source>No microphone is plugged in to this computer.</source>
        <translation>No hay ningún micrófono conectado a esta computadora.</translation>
    </message>
    <message>
        <source>Plug in a headset or a microphone.</source>
        <translation>Conecte unos audífonos con micrófono o un micrófono.</translation>
    </message>
    <message>
        <source>Your microphone is missing</source>
        <translation>Falta su micrófono</translation>
    </message>
    <message>
        <source>The microphone that you chose is not plugged in. We used another one.</source>
        <translation>El micrófono que usted eligió no está conectado. Usamos otro.</translation>
    </message>
    <message>
        <source>Plug it in, or choose another microphone.</source>
        <translation>Conéctelo o elija otro micrófono.</translation>
    </message>
    <message>
        <source>We can’t find the microphone that you chose. We used {device}.</source>
        <translation>No encontramos el micrófono que usted eligió. Usamos {device}.</translation>
    </message>
    <message>
        <source>Your microphone is turned off for kpdesk</source>
        <translation>El micrófono está desactivado para kpdesk</translation>
    </message>
    <message>
        <source>This computer does not let kpdesk use the microphone.</source>
        <translation>Esta computadora no deja que kpdesk use el micrófono.</translation>
    </message>
    <message>
        <source>Open the settings and turn the microphone on for kpdesk.</source>
        <translation>Abra la configuración y active el micrófono para kpdesk.</translation>
    </message>
    <message>
        <source>Your microphone is busy</source>
        <translation>Su micrófono está ocupado</translation>
    </message>
    <message>
        <source>Another program is using your microphone.</source>
        <translation>Otro programa está usando su micrófono.</translation>
    </message>
    <message>
        <source>{program} is using your microphone.</source>
        <translation>{program} está usando su micrófono.</translation>
    </message>
    <message>
        <source>Your microphone did not start</source>
        <translation>Su micrófono no encendió</translation>
    </message>
    <message>
        <source>We found your microphone, but it does not work.</source>
        <translation>Encontramos su micrófono, pero no funciona.</translation>
    </message>
    <message>
        <source>Unplug it and plug it in again, or choose another microphone.</source>
        <translation>Desconéctelo y vuelva a conectarlo, o elija otro micrófono.</translation>
    </message>
    <message>
        <source>Your microphone is muted</source>
        <translation>Su micrófono está silenciado</translation>
    </message>
    <message>
        <source>Your microphone is turned off on this computer.</source>
        <translation>Su micrófono está apagado en esta computadora.</translation>
    </message>
    <message>
        <source>Turn the microphone on.</source>
        <translation>Active el micrófono.</translation>
    </message>
    <message>
        <source>We hear nothing at all</source>
        <translation>No oímos nada</translation>
    </message>
    <message>
        <source>Your microphone is on, but no sound comes from it.</source>
        <translation>Su micrófono está encendido, pero no llega ningún sonido.</translation>
    </message>
    <message>
        <source>Check for a switch on your headset, or choose another microphone.</source>
        <translation>Busque un botón en sus audífonos o elija otro micrófono.</translation>
    </message>
    <message>
        <source>We hear noise, but no voice</source>
        <translation>Oímos ruido, pero ninguna voz</translation>
    </message>
    <message>
        <source>We hear some noise, but nobody speaking.</source>
        <translation>Oímos algo de ruido, pero a nadie hablando.</translation>
    </message>
    <message>
        <source>Come closer and say a few words.</source>
        <translation>Acérquese y diga algunas palabras.</translation>
    </message>
    <message>
        <source>You did not hear yourself</source>
        <translation>Usted no se oyó</translation>
    </message>
    <message>
        <source>We played back your voice, but you did not hear it.</source>
        <translation>Reprodujimos su voz, pero usted no la oyó.</translation>
    </message>
    <message>
        <source>Try again, or choose another microphone.</source>
        <translation>Inténtelo de nuevo o elija otro micrófono.</translation>
    </message>
    <message>
        <source>Your voice is quiet</source>
        <translation>Su voz se oye bajo</translation>
    </message>
    <message>
        <source>We hear you, but your voice is quiet.</source>
        <translation>Le oímos, pero su voz se oye bajo.</translation>
    </message>
    <message>
        <source>Turn the microphone up, or move closer to the computer.</source>
        <translation>Suba el volumen del micrófono o acérquese a la computadora.</translation>
    </message>
    <message>
        <source>Your voice is too loud</source>
        <translation>Su voz se oye demasiado fuerte</translation>
    </message>
    <message>
        <source>Your voice is so loud that it sounds rough.</source>
        <translation>Su voz llega tan fuerte que se oye mal.</translation>
    </message>
    <message>
        <source>Move back a little, or turn the microphone down.</source>
        <translation>Aléjese un poco o baje el volumen del micrófono.</translation>
    </message>
    <message>
        <source>There is a lot of noise</source>
        <translation>Hay mucho ruido</translation>
    </message>
    <message>
        <source>We hear you, but there is a lot of noise around you.</source>
        <translation>Le oímos, pero hay mucho ruido a su alrededor.</translation>
    </message>
    <message>
        <source>Turn off the TV or the fan, or go to a quiet room.</source>
        <translation>Apague la televisión o el ventilador, o vaya a un cuarto tranquilo.</translation>
    </message>
    <message>
        <source>Another microphone hears you better</source>
        <translation>Otro micrófono le oye mejor</translation>
    </message>
    <message>
        <source>Your voice is louder there than in this one.</source>
        <translation>Su voz se oye más fuerte allí que en este.</translation>
    </message>
    <message>
        <source>Choose the other microphone.</source>
        <translation>Elija el otro micrófono.</translation>
    </message>
    <message>
        <source>{device} hears you better than this microphone.</source>
        <translation>{device} le oye mejor que este micrófono.</translation>
    </message>
    <message>
        <source>You use a headset</source>
        <translation>Usted usa audífonos</translation>
    </message>
    <message>
        <source>Your doctor will hear no echo.</source>
        <translation>Su médico no oirá eco.</translation>
    </message>
    <message>
        <source>There is nothing to do.</source>
        <translation>No tiene que hacer nada.</translation>
    </message>
    <message>
        <source>You use loudspeakers</source>
        <translation>Usted usa bocinas</translation>
    </message>
    <message>
        <source>The microphone hears your speaker. kpdesk takes the echo away.</source>
        <translation>El micrófono oye su bocina. kpdesk quita el eco.</translation>
    </message>
    <message>
        <source>Your doctor may hear an echo</source>
        <translation>Su médico podría oír eco</translation>
    </message>
    <message>
        <source>Your speaker is loud in your microphone.</source>
        <translation>Su bocina se oye muy fuerte en su micrófono.</translation>
    </message>
    <message>
        <source>Use a headset, or turn the sound down a little.</source>
        <translation>Use audífonos o baje un poco el volumen.</translation>
    </message>
    <message>
        <source>Your sound comes late</source>
        <translation>Su sonido llega tarde</translation>
    </message>
    <message>
        <source>The sound of this computer comes a little late.</source>
        <translation>El sonido de esta computadora llega un poco tarde.</translation>
    </message>
    <message>
        <source>Use a headset with a cord instead of a wireless one.</source>
        <translation>Use audífonos con cable en lugar de inalámbricos.</translation>
    </message>
    <message>
        <source>We can’t tell if there is an echo</source>
        <translation>No sabemos si hay eco</translation>
    </message>
    <message>
        <source>The microphone did not hear the speaker.</source>
        <translation>El micrófono no oyó la bocina.</translation>
    </message>
    <message>
        <source>There is nothing to do if you use a headset.</source>
        <translation>Si usa audífonos, no tiene que hacer nada.</translation>
    </message>
    <message>
        <source>This computer is not on the internet</source>
        <translation>Esta computadora no tiene internet</translation>
    </message>
    <message>
        <source>We could not find any way out.</source>
        <translation>No encontramos ninguna conexión.</translation>
    </message>
    <message>
        <source>Check your Wi-Fi or network cable, then try again.</source>
        <translation>Revise su Wi-Fi o el cable de red y luego inténtelo de nuevo.</translation>
    </message>
    <message>
        <source>We can’t find the visit service</source>
        <translation>No encontramos el servicio de consultas</translation>
    </message>
    <message>
        <source>Your internet could not find the visit service.</source>
        <translation>Su internet no pudo encontrar el servicio de consultas.</translation>
    </message>
    <message>
        <source>Turn your Wi-Fi off and on, then try again.</source>
        <translation>Apague y encienda su Wi-Fi y luego inténtelo de nuevo.</translation>
    </message>
    <message>
        <source>Your internet is slow to start</source>
        <translation>Su internet tarda en empezar</translation>
    </message>
    <message>
        <source>It takes long until a page begins to open.</source>
        <translation>Las páginas tardan mucho en empezar a abrirse.</translation>
    </message>
    <message>
        <source>Start your Wi-Fi box again when you have time.</source>
        <translation>Reinicie su aparato de Wi-Fi cuando tenga tiempo.</translation>
    </message>
    <message>
        <source>Your network sends us to a wrong place</source>
        <translation>Su red nos lleva a otro lugar</translation>
    </message>
    <message>
        <source>Your network shows us another page than the visit service.</source>
        <translation>Su red nos muestra otra página en lugar del servicio de consultas.</translation>
    </message>
    <message>
        <source>Open your web browser and sign on to this network.</source>
        <translation>Abra su navegador y acepte o inicie sesión en esta red.</translation>
    </message>
    <message>
        <source>This network wants you to sign on</source>
        <translation>Esta red pide que inicie sesión</translation>
    </message>
    <message>
        <source>This network has a page that you must agree to first.</source>
        <translation>Esta red tiene una página que primero debe aceptar.</translation>
    </message>
    <message>
        <source>Open your web browser, sign on there, then try again.</source>
        <translation>Abra su navegador, inicie sesión allí y luego inténtelo de nuevo.</translation>
    </message>
    <message>
        <source>Your network blocks the visit service</source>
        <translation>Su red bloquea el servicio de consultas</translation>
    </message>
    <message>
        <source>We get no answer from the visit service.</source>
        <translation>El servicio de consultas no nos responde.</translation>
    </message>
    <message>
        <source>Try another network, or ask the person who runs it.</source>
        <translation>Pruebe otra red o pregunte a la persona encargada.</translation>
    </message>
    <message>
        <source>The visit service does not answer</source>
        <translation>El servicio de consultas no responde</translation>
    </message>
    <message>
        <source>We reached it, but it would not open.</source>
        <translation>Llegamos a él, pero no nos dejó entrar.</translation>
    </message>
    <message>
        <source>Try again in a few minutes, or call the help line.</source>
        <translation>Inténtelo en unos minutos o llame a la línea de ayuda.</translation>
    </message>
    <message>
        <source>Your network stops safe pages</source>
        <translation>Su red detiene las páginas seguras</translation>
    </message>
    <message>
        <source>Your network cuts our safe connection.</source>
        <translation>Su red corta nuestra conexión segura.</translation>
    </message>
    <message>
        <source>The connection is not safe</source>
        <translation>La conexión no es segura</translation>
    </message>
    <message>
        <source>We can’t be sure that this is your health plan.</source>
        <translation>No podemos estar seguros de que este sea su plan de salud.</translation>
    </message>
    <message>
        <source>Try another network, or call the help line.</source>
        <translation>Pruebe otra red o llame a la línea de ayuda.</translation>
    </message>
    <message>
        <source>The connection looks out of date</source>
        <translation>La conexión parece vencida</translation>
    </message>
    <message>
        <source>The date of this computer may be wrong.</source>
        <translation>La fecha de esta computadora puede estar mal.</translation>
    </message>
    <message>
        <source>Set the date and time of this computer, then try again.</source>
        <translation>Corrija la fecha y la hora y luego inténtelo de nuevo.</translation>
    </message>
    <message>
        <source>We reached the wrong place</source>
        <translation>Llegamos al lugar equivocado</translation>
    </message>
    <message>
        <source>Another service answered us.</source>
        <translation>Nos respondió otro servicio.</translation>
    </message>
    <message>
        <source>Your network reads along</source>
        <translation>Su red lee lo que usted envía</translation>
    </message>
    <message>
        <source>A program on your network opens safe connections.</source>
        <translation>Un programa de su red abre las conexiones seguras.</translation>
    </message>
    <message>
        <source>Use your home network for your visit if you can.</source>
        <translation>Si puede, use la red de su casa para su consulta.</translation>
    </message>
    <message>
        <source>{program} opens the safe connections of this computer.</source>
        <translation>{program} abre las conexiones seguras de esta computadora.</translation>
    </message>
    <message>
        <source>Your internet goes a longer way</source>
        <translation>Su internet da un rodeo</translation>
    </message>
    <message>
        <source>This computer sends its pages through another one.</source>
        <translation>Esta computadora envía sus páginas a través de otra.</translation>
    </message>
    <message>
        <source>There is nothing to do if all else works.</source>
        <translation>Si lo demás funciona, no tiene que hacer nada.</translation>
    </message>
    <message>
        <source>We take our own way to the internet</source>
        <translation>Vamos por nuestro propio camino a internet</translation>
    </message>
    <message>
        <source>Your network has a rule for web pages that kpdesk does not use.</source>
        <translation>Su red tiene una regla para páginas web que kpdesk no usa.</translation>
    </message>
    <message>
        <source>A setting of your network does not work</source>
        <translation>Un ajuste de su red no funciona</translation>
    </message>
    <message>
        <source>This computer should go through another one that does not answer.</source>
        <translation>Esta computadora debe pasar por otra que no responde.</translation>
    </message>
    <message>
        <source>Ask the person who takes care of this computer.</source>
        <translation>Pregunte a la persona que cuida esta computadora.</translation>
    </message>
    <message>
        <source>Your network wants a name and password</source>
        <translation>Su red pide usuario y contraseña</translation>
    </message>
    <message>
        <source>Your network asks for a sign-on that kpdesk can’t give.</source>
        <translation>Su red pide datos que kpdesk no puede dar.</translation>
    </message>
    <message>
        <source>Your network does not allow visits</source>
        <translation>Su red no permite consultas</translation>
    </message>
    <message>
        <source>Your network said no to the visit service.</source>
        <translation>Su red no deja pasar el servicio de consultas.</translation>
    </message>
    <message>
        <source>Your network cuts the visit line</source>
        <translation>Su red corta la línea de la consulta</translation>
    </message>
    <message>
        <source>Pages open, but the line for the visit is cut.</source>
        <translation>Las páginas abren, pero la línea para la consulta se corta.</translation>
    </message>
    <message>
        <source>The visit service can’t be checked</source>
        <translation>No se puede revisar el servicio de consultas</translation>
    </message>
    <message>
        <source>The visit service answered, but not as we expected.</source>
        <translation>El servicio de consultas respondió, pero no como esperábamos.</translation>
    </message>
    <message>
        <source>Try again later, or call the help line.</source>
        <translation>Inténtelo más tarde o llame a la línea de ayuda.</translation>
    </message>
    <message>
        <source>Your network blocks the fast way</source>
        <translation>Su red bloquea el camino rápido</translation>
    </message>
    <message>
        <source>Sound and picture have to take a slower way.</source>
        <translation>El sonido y la imagen toman un camino más lento.</translation>
    </message>
    <message>
        <source>You can go on. Another network may work better.</source>
        <translation>Puede seguir. Otra red puede funcionar mejor.</translation>
    </message>
    <message>
        <source>Your network holds back the picture</source>
        <translation>Su red detiene la imagen</translation>
    </message>
    <message>
        <source>Your network lets only small pieces through.</source>
        <translation>Su red solo deja pasar trozos pequeños.</translation>
    </message>
    <message>
        <source>Turn off a VPN if you use one, or try another network.</source>
        <translation>Apague la VPN si usa una, o pruebe otra red.</translation>
    </message>
    <message>
        <source>One way for sound and picture is closed</source>
        <translation>Un camino para sonido e imagen está cerrado</translation>
    </message>
    <message>
        <source>We could not reach a helper of the visit service.</source>
        <translation>No pudimos llegar a una parte del servicio de consultas.</translation>
    </message>
    <message>
        <source>You can go on if another way is open.</source>
        <translation>Puede seguir si hay otro camino abierto.</translation>
    </message>
    <message>
        <source>One way for sound and picture said no</source>
        <translation>Un camino para sonido e imagen nos rechazó</translation>
    </message>
    <message>
        <source>A helper of the visit service did not let us in.</source>
        <translation>Una parte del servicio de consultas no nos dejó entrar.</translation>
    </message>
    <message>
        <source>One way for sound and picture is stuck</source>
        <translation>Un camino para sonido e imagen está atascado</translation>
    </message>
    <message>
        <source>A helper of the visit service answers, but passes nothing on.</source>
        <translation>Una parte del servicio de consultas responde, pero no pasa nada.</translation>
    </message>
    <message>
        <source>Call the help line if no other way is open.</source>
        <translation>Llame a la línea de ayuda si no hay otro camino abierto.</translation>
    </message>
    <message>
        <source>One way for sound and picture is not safe</source>
        <translation>Un camino para sonido e imagen no es seguro</translation>
    </message>
    <message>
        <source>We can’t be sure who answers there.</source>
        <translation>No podemos estar seguros de quién responde.</translation>
    </message>
    <message>
        <source>The visit service has one way less</source>
        <translation>El servicio de consultas tiene un camino menos</translation>
    </message>
    <message>
        <source>The visit service does not offer this way.</source>
        <translation>El servicio de consultas no ofrece este camino.</translation>
    </message>
    <message>
        <source>There is nothing to do if another way is open.</source>
        <translation>Si hay otro camino abierto, no tiene que hacer nada.</translation>
    </message>
    <message>
        <source>Sound and picture take a longer way</source>
        <translation>El sonido y la imagen dan un rodeo</translation>
    </message>
    <message>
        <source>The short way is closed, but a longer one may work.</source>
        <translation>El camino corto está cerrado, pero otro puede funcionar.</translation>
    </message>
    <message>
        <source>Sound and picture can’t get through</source>
        <translation>El sonido y la imagen no pueden pasar</translation>
    </message>
    <message>
        <source>Your network blocks every way for sound and picture.</source>
        <translation>Su red bloquea todos los caminos del sonido y la imagen.</translation>
    </message>
    <message>
        <source>Try another network, or turn off a VPN.</source>
        <translation>Pruebe otra red o apague la VPN.</translation>
    </message>
    <message>
        <source>Your internet is too slow for a visit</source>
        <translation>Su internet es muy lento para una consulta</translation>
    </message>
    <message>
        <source>Your internet is too slow even for sound.</source>
        <translation>Su internet es muy lento incluso para el sonido.</translation>
    </message>
    <message>
        <source>Move closer to your Wi-Fi box, or try another network.</source>
        <translation>Acérquese a su aparato de Wi-Fi o pruebe otra red.</translation>
    </message>
    <message>
        <source>Your internet is enough for sound only</source>
        <translation>Su internet alcanza solo para el sonido</translation>
    </message>
    <message>
        <source>Your internet is too slow for a picture.</source>
        <translation>Su internet es muy lento para la imagen.</translation>
    </message>
    <message>
        <source>Move closer to your Wi-Fi box, or stop other downloads.</source>
        <translation>Acérquese a su aparato de Wi-Fi o detenga otras descargas.</translation>
    </message>
    <message>
        <source>Your internet is weak</source>
        <translation>Su internet es débil</translation>
    </message>
    <message>
        <source>Your picture may stop at times.</source>
        <translation>Su imagen puede detenerse a veces.</translation>
    </message>
    <message>
        <source>Your internet is a little slow</source>
        <translation>Su internet es un poco lento</translation>
    </message>
    <message>
        <source>Your picture will not be very sharp.</source>
        <translation>Su imagen no será muy nítida.</translation>
    </message>
    <message>
        <source>Stop other downloads during your visit.</source>
        <translation>Detenga otras descargas durante su consulta.</translation>
    </message>
    <message>
        <source>There is a long delay</source>
        <translation>Hay un retraso largo</translation>
    </message>
    <message>
        <source>Your voice will reach your doctor very late.</source>
        <translation>Su voz llegará muy tarde a su médico.</translation>
    </message>
    <message>
        <source>There is some delay</source>
        <translation>Hay algo de retraso</translation>
    </message>
    <message>
        <source>Your voice will reach your doctor a little late.</source>
        <translation>Su voz llegará un poco tarde a su médico.</translation>
    </message>
    <message>
        <source>Wait a moment before you speak.</source>
        <translation>Espere un momento antes de hablar.</translation>
    </message>
    <message>
        <source>Your internet is very uneven</source>
        <translation>Su internet es muy irregular</translation>
    </message>
    <message>
        <source>Sound and picture will break up.</source>
        <translation>El sonido y la imagen se cortarán.</translation>
    </message>
    <message>
        <source>Use a network cable, or move closer to your Wi-Fi box.</source>
        <translation>Use un cable de red o acérquese a su aparato de Wi-Fi.</translation>
    </message>
    <message>
        <source>Your internet is uneven</source>
        <translation>Su internet es irregular</translation>
    </message>
    <message>
        <source>Sound and picture may break up at times.</source>
        <translation>El sonido y la imagen pueden cortarse a veces.</translation>
    </message>
    <message>
        <source>Your internet loses a lot</source>
        <translation>Su internet pierde mucho</translation>
    </message>
    <message>
        <source>Much of your sound and picture gets lost.</source>
        <translation>Se pierde gran parte de su sonido e imagen.</translation>
    </message>
    <message>
        <source>Your internet loses a little</source>
        <translation>Su internet pierde un poco</translation>
    </message>
    <message>
        <source>Small parts of your sound and picture get lost.</source>
        <translation>Se pierden pequeñas partes de su sonido e imagen.</translation>
    </message>
    <message>
        <source>Your internet gets slow when it is busy</source>
        <translation>Su internet se vuelve lento con el uso</translation>
    </message>
    <message>
        <source>It answers late while somebody uses it much.</source>
        <translation>Responde tarde mientras alguien lo usa mucho.</translation>
    </message>
    <message>
        <source>Stop other downloads and films during your visit.</source>
        <translation>Detenga descargas y películas durante su consulta.</translation>
    </message>
    <message>
        <source>We could not measure your internet</source>
        <translation>No pudimos medir su internet</translation>
    </message>
    <message>
        <source>We don’t know how fast your internet is.</source>
        <translation>No sabemos qué tan rápido es su internet.</translation>
    </message>
    <message>
        <source>You can go on, or try again.</source>
        <translation>Puede seguir o intentarlo de nuevo.</translation>
    </message>
    <message>
        <source>Your computer is slow</source>
        <translation>Su computadora es lenta</translation>
    </message>
    <message>
        <source>This computer is slow at sending a picture.</source>
        <translation>Esta computadora es lenta para enviar imagen.</translation>
    </message>
    <message>
        <source>Close other programs during your visit.</source>
        <translation>Cierre otros programas durante su consulta.</translation>
    </message>
    <message>
        <source>Your computer is busy</source>
        <translation>Su computadora está ocupada</translation>
    </message>
    <message>
        <source>Other programs keep this computer busy.</source>
        <translation>Otros programas ocupan esta computadora.</translation>
    </message>
    <message>
        <source>Close other programs, then try again.</source>
        <translation>Cierre otros programas y luego inténtelo de nuevo.</translation>
    </message>
    <message>
        <source>Your computer is nearly full of open programs</source>
        <translation>Su computadora tiene demasiados programas abiertos</translation>
    </message>
    <message>
        <source>There is little room left for the visit.</source>
        <translation>Queda poco espacio para la consulta.</translation>
    </message>
    <message>
        <source>Close other programs.</source>
        <translation>Cierre otros programas.</translation>
    </message>
    <message>
        <source>Your battery is low</source>
        <translation>Queda poca batería</translation>
    </message>
    <message>
        <source>Your battery may not last for the visit.</source>
        <translation>Su batería quizás no dure toda la consulta.</translation>
    </message>
    <message>
        <source>Plug in your computer.</source>
        <translation>Conecte su computadora a la corriente.</translation>
    </message>
    <message>
        <source>Your computer runs on its battery</source>
        <translation>Su computadora usa la batería</translation>
    </message>
    <message>
        <source>A video visit uses a lot of power.</source>
        <translation>Una consulta por video gasta mucha energía.</translation>
    </message>
    <message>
        <source>Plug in your computer for the visit.</source>
        <translation>Conecte su computadora a la corriente para la consulta.</translation>
    </message>
    <message>
        <source>A VPN is on</source>
        <translation>Hay una VPN encendida</translation>
    </message>
    <message>
        <source>A VPN can make sound and picture slow.</source>
        <translation>Una VPN puede hacer lento el sonido y la imagen.</translation>
    </message>
    <message>
        <source>Turn it off for the visit if you can.</source>
        <translation>Apáguela durante la consulta si puede.</translation>
    </message>
    <message>
        <source>Your Wi-Fi is weak</source>
        <translation>Su Wi-Fi es débil</translation>
    </message>
    <message>
        <source>You are far from your Wi-Fi box.</source>
        <translation>Usted está lejos de su aparato de Wi-Fi.</translation>
    </message>
    <message>
        <source>Move closer to it, or use a network cable.</source>
        <translation>Acérquese a él o use un cable de red.</translation>
    </message>
    <message>
        <source>Your clock is wrong</source>
        <translation>Su reloj está mal</translation>
    </message>
    <message>
        <source>The time of this computer is not right.</source>
        <translation>La hora de esta computadora no es correcta.</translation>
    </message>
    <message>
        <source>Set the date and time in the settings.</source>
        <translation>Corrija la fecha y la hora en la configuración.</translation>
    </message>
    <message>
        <source>Your computer is nearly full</source>
        <translation>Su computadora está casi llena</translation>
    </message>
    <message>
        <source>There is little room left on this computer.</source>
        <translation>Queda poco espacio en esta computadora.</translation>
    </message>
    <message>
        <source>Delete what you no longer need.</source>
        <translation>Borre lo que ya no necesite.</translation>
    </message>
    <message>
        <source>Your computer needs an update</source>
        <translation>Su computadora necesita una actualización</translation>
    </message>
    <message>
        <source>kpdesk may not work well on this old system.</source>
        <translation>kpdesk puede no funcionar bien en este sistema antiguo.</translation>
    </message>
    <message>
        <source>Update this computer, or ask somebody to help you.</source>
        <translation>Actualice esta computadora o pida ayuda a alguien.</translation>
    </message>
    <message>
        <source>An update is waiting</source>
        <translation>Hay una actualización pendiente</translation>
    </message>
    <message>
        <source>This computer may start again by itself.</source>
        <translation>Esta computadora podría reiniciarse sola.</translation>
    </message>
    <message>
        <source>Start your computer again before the visit.</source>
        <translation>Reinicie su computadora antes de la consulta.</translation>
    </message>
    <message>
        <source>The practice call did not connect</source>
        <translation>La llamada de práctica no conectó</translation>
    </message>
    <message>
        <source>We tried a short call, and it did not connect.</source>
        <translation>Hicimos una llamada corta y no conectó.</translation>
    </message>
    <message>
        <source>Try again, or try another network.</source>
        <translation>Inténtelo de nuevo o pruebe otra red.</translation>
    </message>
    <message>
        <source>The practice call had no sound</source>
        <translation>La llamada de práctica no tuvo sonido</translation>
    </message>
    <message>
        <source>The call connected, but no sound came back.</source>
        <translation>La llamada conectó, pero no volvió ningún sonido.</translation>
    </message>
    <message>
        <source>The practice call had no picture</source>
        <translation>La llamada de práctica no tuvo imagen</translation>
    </message>
    <message>
        <source>The call connected, but no picture came back.</source>
        <translation>La llamada conectó, pero no volvió ninguna imagen.</translation>
    </message>
    <message>
        <source>The picture stopped at times</source>
        <translation>La imagen se detuvo a veces</translation>
    </message>
    <message>
        <source>The picture of the practice call stopped at times.</source>
        <translation>La imagen de la llamada de práctica se detuvo a veces.</translation>
    </message>
    <message>
        <source>Close other programs, or move closer to your Wi-Fi box.</source>
        <translation>Cierre otros programas o acérquese a su aparato de Wi-Fi.</translation>
    </message>
    <message>
        <source>Parts of the practice call got lost</source>
        <translation>Se perdieron partes de la llamada de práctica</translation>
    </message>
    <message>
        <source>Some of the sound or picture did not come back.</source>
        <translation>Parte del sonido o de la imagen no volvió.</translation>
    </message>
    <message>
        <source>The practice call came late</source>
        <translation>La llamada de práctica llegó tarde</translation>
    </message>
    <message>
        <source>Sound and picture came back late.</source>
        <translation>El sonido y la imagen volvieron tarde.</translation>
    </message>
    <message>
        <source>No practice call today</source>
        <translation>Hoy no hay llamada de práctica</translation>
    </message>
    <message>
        <source>The visit service has no practice call for us now.</source>
        <translation>El servicio de consultas no tiene ahora una llamada de práctica.</translation>
    </message>
    <message>
        <source>You can go on, or try again later.</source>
        <translation>Puede seguir o intentarlo más tarde.</translation>
    </message>
</context>
<context>
    <name>QPlatformTheme</name>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
</context>
<context>
    <name>RailButton</name>
    <message>
        <source>Next</source>
        <translation>Sigue</translation>
    </message>
    <message>
        <source>{step}, {state}</source>
        <extracomment>Said of a step of the check: {step} is for example &quot;Camera&quot;, {state} &quot;Works&quot;</extracomment>
        <translation>{step}, {state}</translation>
    </message>
    <message>
        <source>You are here.</source>
        <translation>Usted está aquí.</translation>
    </message>
</context>
<context>
    <name>Report</name>
    <message>
        <source>Everything works. You are ready for a visit.</source>
        <translation>Todo funciona. Su computadora está lista para la consulta.</translation>
    </message>
    <message>
        <source>A visit is possible, but something could be better.</source>
        <translation>La consulta es posible, pero algo puede mejorar.</translation>
    </message>
    <message>
        <source>Something must be fixed before a visit can work.</source>
        <translation>Hay que arreglar algo para que la consulta funcione.</translation>
    </message>
    <message>
        <source>Not everything could be checked.</source>
        <translation>No se pudo revisar todo.</translation>
    </message>
    <message>
        <source>Checked</source>
        <translation>Revisado</translation>
    </message>
    <message>
        <source>Took</source>
        <translation>Duró</translation>
    </message>
    <message>
        <source>System</source>
        <translation>Sistema</translation>
    </message>
    <message>
        <source>Support code</source>
        <translation>Código de ayuda</translation>
    </message>
    <message>
        <source>Upload</source>
        <translation>Subida</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>Bajada</translation>
    </message>
    <message>
        <source>Round trip</source>
        <translation>Ida y vuelta</translation>
    </message>
    <message>
        <source>Jitter</source>
        <translation>Variación (jitter)</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>Pérdida</translation>
    </message>
    <message>
        <source>at least {value}</source>
        <translation>al menos {value}</translation>
    </message>
    <message>
        <source>kpdesk: check before a visit</source>
        <translation>kpdesk: revisión antes de una consulta</translation>
    </message>
    <message>
        <source>What to fix, most important first</source>
        <translation>Qué arreglar, lo más importante primero</translation>
    </message>
    <message>
        <source>Good to know</source>
        <translation>Es bueno saber</translation>
    </message>
    <message>
        <source>Also found: {codes}</source>
        <translation>También se encontró: {codes}</translation>
    </message>
    <message>
        <source>What was checked</source>
        <translation>Qué se revisó</translation>
    </message>
    <message>
        <source>For support</source>
        <translation>Para quien ayuda</translation>
    </message>
    <message>
        <source>another system</source>
        <translation>otro sistema</translation>
    </message>
    <message>
        <source>A newer kpdesk on {system}</source>
        <translation>Un kpdesk más nuevo en {system}</translation>
    </message>
    <message>
        <source>kpdesk {version} on {system}</source>
        <translation>kpdesk {version} en {system}</translation>
    </message>
    <message>
        <source>More was found than the code has room for.</source>
        <translation>Se encontró más de lo que cabe en el código.</translation>
    </message>
    <message>
        <source>Nothing else is wrong.</source>
        <translation>No hay ningún otro problema.</translation>
    </message>
    <message>
        <source>Nothing was wrong.</source>
        <translation>No hubo ningún problema.</translation>
    </message>
    <message>
        <source>Nothing was checked.</source>
        <translation>No se revisó nada.</translation>
    </message>
    <message>
        <source>not measured</source>
        <translation>sin medir</translation>
    </message>
    <message>
        <source>less than {value}</source>
        <translation>menos de {value}</translation>
    </message>
    <message>
        <source>{value} or more</source>
        <translation>{value} o más</translation>
    </message>
    <message>
        <source>{least} to {below}</source>
        <translation>de {least} a {below}</translation>
    </message>
    <message>
        <source>A support code has 12 letters.</source>
        <translation>Un código de ayuda tiene 12 letras.</translation>
    </message>
    <message>
        <source>Letter {place} cannot be right. A code has only these: {letters}</source>
        <translation>La letra {place} no puede ser. Un código solo tiene estas: {letters}</translation>
    </message>
    <message>
        <source>This code is from a newer kpdesk. Update this one to read it.</source>
        <translation>Este código es de un kpdesk más nuevo. Actualice este para leerlo.</translation>
    </message>
    <message>
        <source>The code is not right. Ask for letter {place} again.</source>
        <translation>El código no es correcto. Pida otra vez la letra {place}.</translation>
    </message>
    <message>
        <source>The code is not right. Ask for all letters again, one by one.</source>
        <translation>El código no es correcto. Pida otra vez todas las letras, una por una.</translation>
    </message>
</context>
<context>
    <name>ReportDialog</name>
    <message>
        <source>This is all that leaves this computer. It does not name you.</source>
        <translation>Esto es todo lo que sale de esta computadora. No dice su nombre.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
    <message>
        <source>One page (PDF)</source>
        <translation>Una página (PDF)</translation>
    </message>
    <message>
        <source>Data file (JSON)</source>
        <extracomment>JSON is the name of a format</extracomment>
        <translation>Archivo de datos (JSON)</translation>
    </message>
</context>
<context>
    <name>SignInPage</name>
    <message>
        <source>Copied</source>
        <translation>Copiada</translation>
    </message>
    <message>
        <source>See your doctor by video</source>
        <translation>Vea a su médico por video</translation>
    </message>
    <message>
        <source>kpdesk opens the video visits that you have with {plan}, on this computer.</source>
        <translation>kpdesk abre en esta computadora las consultas por video que usted tiene con {plan}.</translation>
    </message>
    <message>
        <source>Your next visit is on the first page. One button takes you in.</source>
        <translation>Su próxima consulta está en la primera página. Entra con un solo botón.</translation>
    </message>
    <message>
        <source>You sign on in your web browser. kpdesk never sees your password.</source>
        <translation>Usted inicia sesión en su navegador. kpdesk nunca ve su contraseña.</translation>
    </message>
    <message>
        <source>Register for an account</source>
        <translation>Registrarse</translation>
    </message>
    <message>
        <source>About video visits</source>
        <translation>Acerca de las consultas por video</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Open the page again</source>
        <translation>Abrir la página de nuevo</translation>
    </message>
    <message>
        <source>Copy the address</source>
        <translation>Copiar la dirección</translation>
    </message>
    <message>
        <source>Address of the sign-on page</source>
        <translation>Dirección de la página de inicio de sesión</translation>
    </message>
    <message>
        <source>Go on in your browser</source>
        <translation>Continúe en su navegador</translation>
    </message>
    <message>
        <source>We opened the sign-on page there. This window waits for you.</source>
        <translation>Allí abrimos la página de inicio de sesión. Esta ventana le espera.</translation>
    </message>
    <message>
        <source>Signing you on</source>
        <translation>Iniciando su sesión</translation>
    </message>
    <message>
        <source>This takes a few seconds.</source>
        <translation>Esto tarda unos segundos.</translation>
    </message>
    <message>
        <source>Getting ready</source>
        <translation>Preparando</translation>
    </message>
    <message>
        <source>We look if you are still signed on.</source>
        <translation>Revisamos si su sesión sigue abierta.</translation>
    </message>
    <message>
        <source>Sign on</source>
        <translation>Iniciar sesión</translation>
    </message>
    <message>
        <source>Use the account of your health plan.</source>
        <translation>Use la cuenta de su plan de salud.</translation>
    </message>
    <message>
        <source>This takes longer than usual.</source>
        <translation>Está tardando más de lo normal.</translation>
    </message>
</context>
<context>
    <name>SpeakerPicture</name>
    <message>
        <source>Left</source>
        <translation>Izquierda</translation>
    </message>
    <message>
        <source>Right</source>
        <translation>Derecha</translation>
    </message>
</context>
<context>
    <name>SummaryPage</name>
    <message>
        <source>Code for the help line</source>
        <translation>Código para la línea de ayuda</translation>
    </message>
    <message>
        <source>It says what we found, and nothing about you.</source>
        <translation>Dice lo que encontramos, y nada sobre usted.</translation>
    </message>
    <message>
        <source>It comes when everything is checked.</source>
        <translation>Aparece cuando todo está revisado.</translation>
    </message>
    <message>
        <source>Save report</source>
        <translation>Guardar informe</translation>
    </message>
    <message>
        <source>Copy for support</source>
        <translation>Copiar para ayuda</translation>
    </message>
    <message>
        <source>Details for IT</source>
        <translation>Detalles técnicos</translation>
    </message>
    <message>
        <source>There is nothing more to do. You can close this window.</source>
        <translation>No hay nada más que hacer. Puede cerrar esta ventana.</translation>
    </message>
    <message>
        <source>You can wait here, or go back to a step.</source>
        <translation>Puede esperar aquí o volver a un paso.</translation>
    </message>
    <message>
        <source>Choose a step on the list to check it now.</source>
        <translation>Elija un paso de la lista para revisarlo ahora.</translation>
    </message>
</context>
<context>
    <name>WaitingPage</name>
    <message>
        <source>Video visit</source>
        <translation>Consulta por video</translation>
    </message>
    <message>
        <source>Video visit, {time}</source>
        <extracomment>{time} is a time of day, for example 10:30 AM. Spanish: Consulta por video, {time}</extracomment>
        <translation>Consulta por video, {time}</translation>
    </message>
    <message>
        <source>Your camera is off</source>
        <translation>Su cámara está apagada</translation>
    </message>
    <message>
        <source>There is no picture from your camera</source>
        <translation>No hay imagen de su cámara</translation>
    </message>
    <message>
        <source>Devices</source>
        <translation>Dispositivos</translation>
    </message>
    <message>
        <source>Waiting for</source>
        <translation>Espera</translation>
    </message>
    <message>
        <source>Good to have at hand</source>
        <translation>Tenga a la mano</translation>
    </message>
    <message>
        <source>Your medicines, a pen, and your questions.</source>
        <translation>Sus medicinas, una pluma y sus preguntas.</translation>
    </message>
    <message>
        <source>Done</source>
        <extracomment>Closes the list of devices; the choice holds already</extracomment>
        <translation>Listo</translation>
    </message>
    <message>
        <source>Check my computer</source>
        <translation>Revisar mi computadora</translation>
    </message>
    <message>
        <source>Leave the waiting room</source>
        <translation>Salir de la sala de espera</translation>
    </message>
    <message>
        <source>Microphone on or off</source>
        <translation>Encender o apagar el micrófono</translation>
    </message>
    <message>
        <source>Camera on or off</source>
        <translation>Encender o apagar la cámara</translation>
    </message>
    <message>
        <source>Choose camera, microphone and speaker</source>
        <translation>Elegir cámara, micrófono y bocina</translation>
    </message>
    <message>
        <source>Your own picture</source>
        <translation>Su propia imagen</translation>
    </message>
</context>
<context>
    <name>WaitingWords</name>
    <message>
        <source>Opening the waiting room</source>
        <translation>Abriendo la sala de espera</translation>
    </message>
    <message>
        <source>We are telling {doctor} that you are here</source>
        <translation>Estamos avisando a {doctor} que usted está aquí</translation>
    </message>
    <message>
        <source>your doctor</source>
        <extracomment>The doctor whose name is not known, inside a sentence</extracomment>
        <translation>su médico</translation>
    </message>
    <message>
        <source>The practice has not opened its screen yet</source>
        <translation>El consultorio aún no ha abierto su pantalla</translation>
    </message>
    <message>
        <source>{doctor} has been told that you are here</source>
        <translation>{doctor} ya sabe que usted está aquí</translation>
    </message>
    <message>
        <source>Leaving the waiting room</source>
        <translation>Saliendo de la sala de espera</translation>
    </message>
    <message>
        <source>This takes a few seconds.</source>
        <translation>Esto tarda unos segundos.</translation>
    </message>
    <message>
        <source>This takes longer than usual. You can wait, or leave and try again.</source>
        <translation>Está tardando más de lo normal. Puede esperar, o salir e intentar de nuevo.</translation>
    </message>
    <message>
        <source>You are back in the waiting room. The visit goes on when they let you in again.</source>
        <translation>Está de nuevo en la sala de espera. La consulta seguirá cuando le dejen entrar otra vez.</translation>
    </message>
    <message>
        <source>You keep your place. They will see that you are here as soon as they do.</source>
        <translation>Usted conserva su lugar. Verán que está aquí en cuanto la abran.</translation>
    </message>
    <message>
        <source>You will be let in as soon as they are ready. You can use other windows, we will ring.</source>
        <translation>Le dejarán entrar en cuanto estén listos. Puede usar otras ventanas; le avisaremos con un timbre.</translation>
    </message>
    <message>
        <source>We have lost the visit service</source>
        <translation>Perdimos el servicio de consultas</translation>
    </message>
    <message>
        <source>You keep your place. We are trying again by ourselves.</source>
        <translation>Usted conserva su lugar. Estamos intentando de nuevo.</translation>
    </message>
    <message>
        <source>Message from the practice</source>
        <translation>Mensaje del consultorio</translation>
    </message>
    <message>
        <source>Running about {minutes} minutes late</source>
        <extracomment>Heading of a calm notice. Spanish: Unos {minutes} minutos de retraso</extracomment>
        <translation>Unos {minutes} minutos de retraso</translation>
    </message>
    <message>
        <source>This takes longer than usual</source>
        <translation>Está tardando más de lo normal</translation>
    </message>
    <message>
        <source>You keep your place.</source>
        <translation>Usted conserva su lugar.</translation>
    </message>
    <message>
        <source>You can also call {phone}.</source>
        <translation>También puede llamar al {phone}.</translation>
    </message>
    <message>
        <source>You can also call {phone} when it is open.</source>
        <translation>También puede llamar al {phone} cuando esté abierto.</translation>
    </message>
    <message>
        <source>If it takes longer, the practice will contact you for a new time.</source>
        <translation>Si tarda más, el consultorio se comunicará con usted para programar otra hora.</translation>
    </message>
    <message>
        <source>You are next</source>
        <translation>Usted sigue</translation>
    </message>
    <message>
        <source>You are number {number} in line</source>
        <extracomment>{number} is 2, 3, ...: the patient&apos;s place in the queue</extracomment>
        <translation>Usted es el número {number} en la fila</translation>
    </message>
    <message>
        <source>{phone}, open now</source>
        <translation>{phone}, abierto ahora</translation>
    </message>
    <message>
        <source>{phone}, closed now</source>
        <translation>{phone}, cerrado ahora</translation>
    </message>
</context>
<context>
    <name>_Row</name>
    <message>
        <source>Camera</source>
        <translation>Cámara</translation>
    </message>
    <message>
        <source>Microphone</source>
        <translation>Micrófono</translation>
    </message>
    <message>
        <source>Speaker</source>
        <extracomment>The loudspeaker. Spanish: Bocina</extracomment>
        <translation>Bocina</translation>
    </message>
</context>
</TS>
